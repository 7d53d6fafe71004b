"""What both sides ask and answer about a quote, beside its versions."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.trade.quotes import facts, permissions, queries, rules
from portiek.trade.quotes.actions.rounds import _on_turn, _told
from portiek.trade.quotes.models import PARTY, STAFF, Message, Quote

Status = Quote.Status


def _say(actor: Actor, found: Quote, side: str, text: str, now: datetime) -> None:
    if not text.strip():
        raise Refused("quotes.words", field="text")
    Message.objects.create(portal_id=found.portal_id, party_id=found.party_id, quote=found, side=side, text=text.strip()[:2000], user_id=actor.user_id, name=actor.name[:120], at=now)


@action(permissions.MANAGE)
def ask_back(actor: Actor, *, quote: Quote, text: str, now: datetime) -> Quote:
    """Ask the party something about its request: it is its turn."""
    found = _on_turn(actor, quote, rules.ASKED)
    _say(actor, found, STAFF, text, now)
    found.status, found.changed_at = Status.NEEDS_INFO, now
    if found.owner_id is None:
        found.owner_id, found.owner_name = actor.user_id, actor.name[:120]
    found.save(update_fields=["status", "changed_at", "owner_id", "owner_name"])
    _told(actor, found, facts.QuoteAskedBack(quote_id=found.pk))
    return found


@action(permissions.REQUEST)
def answer(actor: Actor, *, quote: Quote, text: str, now: datetime) -> Quote:
    """Answer a question about a quote: it is the seller's turn again."""
    found = _on_turn(actor, quote, (Status.NEEDS_INFO,))
    _say(actor, found, PARTY, text, now)
    found.status, found.changed_at = Status.IN_REVIEW, now
    found.save(update_fields=["status", "changed_at"])
    _told(actor, found, facts.QuoteAnswered(quote_id=found.pk))
    return found


@action(permissions.REQUEST)
def ask_about(actor: Actor, *, quote: Quote, text: str, now: datetime) -> Quote:
    """Ask the seller something about his offer, which stands as it is: it is the seller's turn. More can be asked before he answers."""
    found = _on_turn(actor, quote, rules.HELD)
    _say(actor, found, PARTY, text, now)
    found.status, found.changed_at = Status.QUESTIONED, now
    found.save(update_fields=["status", "changed_at"])
    _told(actor, found, facts.QuoteQuestioned(quote_id=found.pk))
    return found


@action(permissions.MANAGE)
def reply(actor: Actor, *, quote: Quote, text: str, now: datetime) -> Quote:
    """Answer what a party asked about an offer: it is its turn again. What it asked about an offer that expired since can still be answered."""
    found = _on_turn(actor, quote, (Status.QUESTIONED, Status.EXPIRED))
    if not queries.is_asked(actor, found):
        raise Refused("quotes.turn")
    _say(actor, found, STAFF, text, now)
    found.status, found.changed_at = Status.OFFERED if found.status == Status.QUESTIONED else found.status, now
    if found.owner_id is None:
        found.owner_id, found.owner_name = actor.user_id, actor.name[:120]
    found.save(update_fields=["status", "changed_at", "owner_id", "owner_name"])
    _told(actor, found, facts.QuoteReplied(quote_id=found.pk))
    return found
