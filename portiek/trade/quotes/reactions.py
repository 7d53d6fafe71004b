"""What follows from a quote: whose turn it is, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.enclosures import Enclosure, encloses
from portiek.foundation.notifications.kinds import TASK, message_kind, topic
from portiek.foundation.parties.queries import portal
from portiek.foundation.tasks.actions import Asked, ask_many, let_rest, settle, take_up_again
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.orders.facts import ApprovalExpired, OrderCancelled, OrderRejected, OrderSubmitted, OrderWithdrawn
from portiek.trade.quotes import actions, document, facts, permissions, queries, rules
from portiek.trade.quotes.models import PARTY, Quote


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("quotes:detail", args=[values["number"]])


def _enclosed(actor: Actor, subject: str, values: Mapping[str, Any]) -> Enclosure | None:
    """Return the offer that a mail is about, which need no longer be the newest one, to who may see it."""
    found = queries.offer(actor, values["number"], values.get("version", 0))
    return Enclosure(document.name_of(*found), "application/pdf", document.quote_document(*found, portal(actor), queries.own_numbers(actor, *found), queries.in_force(actor, *found))) if found else None


topic("quotes", _("Quotes"), 12)
OFFER = task_kind(
    "quotes.quote_offer",
    title=_("Work out quote {number} for {party}"),
    detail=_("Asked by {name}, {lines} lines."),
    action=_("Look at it"),
    icon="file-pen-line",
    url=_url,
    mail="daily",
    label=_("A customer asks for a quote, or answers about one"),
    several=_("{count} quotes wait for us"),
    right=permissions.MANAGE,
    audience="staff",
)
DECIDE = task_kind(
    "quotes.quote_decide",
    title=_("Decide about quote {number}"),
    detail=_("{amount} excl. VAT, valid until and including {day}."),
    action=_("See the quote"),
    icon="file-check",
    url=_url,
    mail="now",
    label=_("A quote came that you asked for"),
    several=_("{count} quotes wait for your decision"),
    right=permissions.REQUEST,
    remind=rules.REMIND,
)
encloses(f"{TASK}{DECIDE}", _enclosed)
ANSWER = task_kind(
    "quotes.quote_answer",
    title=_("We have a question about quote {number}"),
    detail=_("{text}"),
    action=_("Answer"),
    icon="message-circle-question-mark",
    url=_url,
    mail="now",
    label=_("We have a question about a quote that you asked for"),
    several=_("We have a question about {count} quotes"),
    right=permissions.REQUEST,
)
REPLY = task_kind(
    "quotes.quote_reply",
    title=_("Answer {party} about quote {number}"),
    detail=_("{text}"),
    action=_("Answer"),
    icon="message-circle-question-mark",
    url=_url,
    mail="now",
    label=_("A customer asks something about an offer"),
    several=_("{count} questions about offers wait for us"),
    right=permissions.MANAGE,
    audience="staff",
)
REPLIED = message_kind(
    "quotes.quote_replied",
    title=_("We answered your question about quote {number}"),
    body=_("{text}"),
    url=_url,
    action=_("See the quote"),
    icon="message-square",
    label=_("We answered a question that you asked about an offer"),
    several=_("We answered questions about {count} quotes"),
    right=permissions.REQUEST,
)
REFUSED = message_kind(
    "quotes.quote_refused",
    title=_("We make no offer for quote {number}"),
    body=_("We cannot make an offer for what you asked in {number}. {reason}"),
    url=_url,
    action=_("See the quote"),
    icon="circle-x",
    label=_("We make no offer for what you asked"),
    several=_("We make no offer for {count} quotes"),
    right=permissions.REQUEST,
)
EXPIRED = message_kind(
    "quotes.quote_expired",
    title=_("Quote {number} has expired"),
    body=_("Quote {number} was valid until and including {day}. Do you still want it? On its page you ask for a new price: everything in it is still there."),
    url=_url,
    action=_("See the quote"),
    icon="clock-alert",
    label=_("A quote of yours has expired"),
    several=_("{count} quotes have expired"),
    right=permissions.REQUEST,
    mail="daily",
)
ENDED = message_kind(
    "quotes.quote_ended",
    title=_("{party}: quote {number} {what}"),
    body=_("{party}: quote {number} {what}. {reason}"),
    url=_url,
    action=_("See the quote"),
    icon="file-check",
    label=_("A customer accepted, declined or withdrew a quote"),
    several=_("Customers decided about {count} quotes"),
    right=permissions.MANAGE,
    audience="staff",
    mail="daily",
)
WHAT = {"quotes.quote.accepted": _("was accepted"), "quotes.quote.called_off": _("was ordered in part"), "quotes.quote.declined": _("was declined"), "quotes.quote.withdrawn": _("was withdrawn")}


def _quote(actor: Actor, key: int) -> Quote | None:
    return queries.quote_by_id(actor, key)


@reacts_to(facts.QuoteRequested, facts.QuoteCountered, facts.QuoteAnswered)
def ask_staff(actor: Actor, fact: Any, about: About) -> None:
    """Ask who works on it, or all who make quotes, to work it out; what the party was asked is settled."""
    for kind in (DECIDE, ANSWER, REPLY):
        settle(actor, kind=kind, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    if found is not None and found.status in rules.OURS:
        lines = len(queries.detail(actor, found).latest.lines)
        ask_many(actor, kind=OFFER, asked=[Asked(about.subject, None, "" if found.owner_id else permissions.MANAGE, found.owner_id, {"number": found.number, "party": found.party.name, "name": found.user_name, "lines": lines}, about_id=found.party_id)])


@reacts_to(facts.QuoteOffered, facts.QuoteReopened)
def ask_party(actor: Actor, fact: Any, about: About) -> None:
    """Ask who wanted the quote to decide before its last day."""
    for kind in (OFFER, ANSWER, REPLY, DECIDE):
        settle(actor, kind=kind, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    if found is not None and found.status in rules.HELD and found.valid_until:
        values = {"number": found.number, "amount": found.net, "day": found.valid_until, "version": found.last}
        ask_many(actor, kind=DECIDE, asked=[Asked(about.subject, found.party_id, "", found.user_id, values, timezone.make_aware(datetime.combine(found.valid_until, time(17))))])


@reacts_to(facts.QuoteAskedBack)
def ask_question(actor: Actor, fact: facts.QuoteAskedBack, about: About) -> None:
    """Ask who wanted the quote what staff need to know."""
    settle(actor, kind=OFFER, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    messages = queries.detail(actor, found).messages if found else []
    if found is not None and messages and found.status == Quote.Status.NEEDS_INFO:
        ask_many(actor, kind=ANSWER, asked=[Asked(about.subject, found.party_id, "", found.user_id, {"number": found.number, "text": messages[-1].text[:300]})])


@reacts_to(facts.QuoteQuestioned)
def ask_reply(actor: Actor, fact: facts.QuoteQuestioned, about: About) -> None:
    """Ask who made the offer to answer what the party asked about it; what the party itself is asked, to decide, stands, but is not said again before the answer."""
    settle(actor, kind=REPLY, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    said = queries.detail(actor, found).messages if found else []
    if found is not None and said and said[-1].side == PARTY and found.status == Quote.Status.QUESTIONED:
        let_rest(actor, kind=DECIDE, subject=about.subject)
        ask_many(actor, kind=REPLY, asked=[Asked(about.subject, None, "" if found.owner_id else permissions.MANAGE, found.owner_id, {"number": found.number, "party": found.party.name, "text": said[-1].text[:300]}, about_id=found.party_id)])


@reacts_to(facts.QuoteReplied)
def tell_reply(actor: Actor, fact: facts.QuoteReplied, about: About) -> None:
    """Tell who wanted the quote, and who asked, what staff answered; it is reminded of the offer again."""
    settle(actor, kind=REPLY, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    if found is not None and found.status == Quote.Status.OFFERED:
        take_up_again(actor, kind=DECIDE, subject=about.subject, now=timezone.now())
    said = queries.detail(actor, found).messages if found else []
    if found is not None and said:
        asker = next((item.user_id for item in reversed(said) if item.side == PARTY), found.user_id)
        answered = next((item.text for item in reversed(said) if item.side != PARTY), "")
        notify(actor, kind=REPLIED, subject=about.subject, party_id=found.party_id, user_ids=sorted({found.user_id, asker}), values={"number": found.number, "text": answered[:300]}, event=f"fact:{about.fact_id}")


@reacts_to(facts.QuoteAccepted, facts.QuoteDeclined, facts.QuoteWithdrawn, facts.QuoteExpired)
def settle_all(actor: Actor, fact: Any, about: About) -> None:
    """End what was asked, and tell the other side."""
    # A question about an offer that expired is still answered.
    for kind in (OFFER, DECIDE, ANSWER, *(() if isinstance(fact, facts.QuoteExpired) else (REPLY,))):
        settle(actor, kind=kind, subject=about.subject)
    found = _quote(actor, fact.quote_id)
    if found is None:
        return
    values, event = {"number": found.number, "party": found.party.name, "reason": found.reason}, f"fact:{about.fact_id}"
    if isinstance(fact, facts.QuoteExpired):
        notify(actor, kind=EXPIRED, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], values={"number": found.number, "day": found.valid_until}, event=event)
    elif isinstance(fact, facts.QuoteDeclined) and found.ended_side != PARTY:
        notify(actor, kind=REFUSED, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], values=values, event=event)
    elif found.owner_id:
        notify(actor, kind=ENDED, subject=about.subject, user_ids=[found.owner_id], values={**values, "what": str(WHAT[type(fact).name])}, event=event, about=found.party_id)


@reacts_to(facts.QuoteCalledOff)
def tell_of_part(actor: Actor, fact: facts.QuoteCalledOff, about: About) -> None:
    """Tell who made the offer that a part of it was ordered; what the party was asked stands, for the rest."""
    found = _quote(actor, fact.quote_id)
    if found is not None and found.owner_id:
        values = {"number": found.number, "party": found.party.name, "reason": "", "what": str(WHAT[type(fact).name])}
        notify(actor, kind=ENDED, subject=about.subject, user_ids=[found.owner_id], values=values, event=f"fact:{about.fact_id}", about=found.party_id)


@reacts_to(OrderSubmitted, OrderRejected, OrderWithdrawn, OrderCancelled, ApprovalExpired)
def follow_order(actor: Actor, fact: Any, about: About) -> None:
    """Let the quote of an order that a colleague decided about follow it."""
    actions.follow_order(actor, order_id=fact.order_id, now=timezone.now(), today=timezone.localdate())
