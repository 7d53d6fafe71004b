"""Every write of quotes: drafts, rounds, what is said beside them, acceptances."""

from portiek.trade.quotes import errors as errors
from portiek.trade.quotes.actions.accepting import Signature, accept_quote, follow_order
from portiek.trade.quotes.actions.drafts import drop_draft, drop_old_drafts, keep_counter, keep_offer, keep_request
from portiek.trade.quotes.actions.rounds import (
    Offer,
    Upload,
    Wish,
    counter_quote,
    decline_quote,
    expire_quotes,
    note_for_staff,
    offer_quote,
    refuse_quote,
    request_quote,
    set_terms,
    take_up,
    withdraw_quote,
)
from portiek.trade.quotes.actions.talking import answer, ask_about, ask_back, reply

__all__ = [
    "Offer", "Signature", "Upload", "Wish", "accept_quote", "answer", "ask_about", "ask_back", "counter_quote", "decline_quote", "drop_draft", "drop_old_drafts", "expire_quotes", "follow_order", "keep_counter", "keep_offer", "keep_request", "note_for_staff", "offer_quote", "refuse_quote", "reply",
    "request_quote", "set_terms", "take_up", "withdraw_quote",
]  # fmt: skip
