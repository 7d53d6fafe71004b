"""How quotes are said: states that name whose turn it is, what happened, what differs between versions."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.trade.quotes.models import PARTY, Acceptance, Quote
from portiek.trade.quotes.queries import Detail, Round
from portiek.ui import format


class Said(NamedTuple):
    """The sentence of a fact, with its icon and colour."""

    text: Any
    icon: str
    tone: str


FACT_WORDS: dict[str, Said] = {
    "quotes.quote.requested": Said(gettext_lazy("{user} asked for quote {text}"), "file-pen-line", ""),
    "quotes.quote.taken": Said(gettext_lazy("{user} took up quote {text}"), "user-check", ""),
    "quotes.quote.asked_back": Said(gettext_lazy("{user} asked something about quote {text}"), "circle-help", "wait"),
    "quotes.quote.answered": Said(gettext_lazy("{user} answered about quote {text}"), "message-square", ""),
    "quotes.quote.questioned": Said(gettext_lazy("{user} asked something about the offer of quote {text}"), "circle-help", "wait"),
    "quotes.quote.replied": Said(gettext_lazy("{user} answered what was asked about quote {text}"), "message-square", ""),
    "quotes.quote.offered": Said(gettext_lazy("{user} sent an offer for quote {text}"), "send", "info"),
    "quotes.quote.countered": Said(gettext_lazy("{user} proposed something else for quote {text}"), "git-compare", "wait"),
    "quotes.quote.accepted": Said(gettext_lazy("{user} accepted quote {text}"), "circle-check", "ok"),
    "quotes.quote.called_off": Said(gettext_lazy("{user} ordered a part of quote {text}"), "package", "info"),
    "quotes.quote.ordered": Said(gettext_lazy("Quote {text} was ordered"), "package", "ok"),
    "quotes.quote.reopened": Said(gettext_lazy("The order of quote {text} was not approved: it can be accepted again"), "undo-2", "wait"),
    "quotes.quote.declined": Said(gettext_lazy("{user} declined quote {text}"), "circle-x", "stop"),
    "quotes.quote.withdrawn": Said(gettext_lazy("{user} withdrew quote {text}"), "undo-2", ""),
    "quotes.quote.expired": Said(gettext_lazy("Quote {text} expired"), "clock-alert", "stop"),
    "quotes.note.added": Said(gettext_lazy("{user} noted something about quote {text}"), "sticky-note", ""),
    "quotes.terms.named": Said(gettext_lazy("{user} lets quotes be accepted on these conditions: {text}"), "settings", ""),
    "quotes.terms.changed": Said(gettext_lazy("{user} lets quotes hold for {text} days"), "settings", ""),
}
# The same, on the page of the quote itself.
EVENTS: dict[str, Any] = {
    "quotes.quote.requested": gettext_lazy("Requested"),
    "quotes.quote.taken": gettext_lazy("Taken up"),
    "quotes.quote.asked_back": gettext_lazy("Question asked"),
    "quotes.quote.answered": gettext_lazy("Question answered"),
    "quotes.quote.questioned": gettext_lazy("Question about the offer"),
    "quotes.quote.replied": gettext_lazy("Question answered"),
    "quotes.quote.offered": gettext_lazy("Offer sent"),
    "quotes.quote.countered": gettext_lazy("Something else proposed"),
    "quotes.quote.accepted": gettext_lazy("Accepted"),
    "quotes.quote.called_off": gettext_lazy("A part ordered"),
    "quotes.quote.ordered": gettext_lazy("Ordered"),
    "quotes.quote.reopened": gettext_lazy("The order was not approved"),
    "quotes.quote.declined": gettext_lazy("Declined"),
    "quotes.quote.withdrawn": gettext_lazy("Withdrawn"),
    "quotes.quote.expired": gettext_lazy("Expired"),
}
TONES = {"requested": "info", "in_review": "info", "needs_info": "wait", "offered": "wait", "questioned": "info", "accepted": "info", "ordered": "ok", "declined": "stop", "expired": "stop", "withdrawn": "rest"}


def status(found: Quote, *, staff: bool) -> tuple[str, str]:
    """Return how a quote stands, with its colour: in the words of who reads, so that each sees whose turn it is."""
    tone = TONES[found.status]
    if staff:
        words = {"requested": _("Requested: our turn"), "in_review": _("Being worked out: our turn"), "needs_info": _("Question: the customer's turn"), "offered": _("Offered: the customer's turn"), "questioned": _("Offered, with a question: our turn"), "accepted": _("Accepted: a colleague of the customer approves")}
        tone = {"requested": "wait", "in_review": "wait", "needs_info": "info", "offered": "info", "questioned": "wait"}.get(found.status, tone)
    else:
        words = {"requested": _("Requested: our turn"), "in_review": _("Being worked out: our turn"), "needs_info": _("Question: your turn"), "offered": _("Offered: your turn"), "questioned": _("Offered, with a question: our turn"), "accepted": _("Accepted: a colleague approves")}
    if found.status == Quote.Status.DECLINED and found.ended_side != PARTY:
        return tone, _("Not offered")
    return tone, words.get(found.status) or str(Quote.Status(found.status).label)


def signed(item: Acceptance) -> str:
    """Return who accepted a version and in which capacity, as page and paper say it."""
    words = _("%(name)s, %(capacity)s") % {"name": item.name, "capacity": item.capacity} if item.capacity else item.name
    return _("%(who)s, on behalf by %(name)s") % {"who": words, "name": item.by_name} if item.by_name else words


def thread(found: Detail) -> list[SimpleNamespace]:
    """Return all that both sides said in order: the versions with their notes, and what was asked and answered beside them."""
    said = [SimpleNamespace(name=item.version.name, at=item.version.at, text=item.version.note, version=item.version) for item in found.rounds]
    return sorted([*said, *(SimpleNamespace(name=item.name, at=item.at, text=item.text, version=None) for item in found.messages)], key=lambda item: item.at)


def price(amount: Decimal | None, currency: str) -> str:
    """Return a price in words: an amount, or that there is none."""
    return _("not offered") if amount is None else format.money(amount, currency)


LABELS = {"sku": gettext_lazy("Article"), "quantity": gettext_lazy("Quantity"), "target": gettext_lazy("Target price"), "price": gettext_lazy("Price"), "optional": gettext_lazy("Optional")}


def differences(item: Round, currency: str) -> list[SimpleNamespace]:
    """Return what is not as it was in the round before, as the line diff shows it. Of a party's round a price that is open says nothing."""
    now = {line.key: line for line in item.lines}
    found = []
    for change in item.differences:
        line = now.get(change.key) or item.before[change.key]
        changes = [(LABELS[name], _value(name, change.before[name], line.unit, currency), _value(name, change.now[name], line.unit, currency))
                   for name in change.now if not (name == "price" and item.version.side == PARTY)]  # fmt: skip
        if change.kind != "changed" or changes:
            amount = now[change.key].amount if change.key in now else None
            found.append(SimpleNamespace(name=line.name, note=line.sku, kind=change.kind, changes=changes, amount=format.money(amount, currency) if amount is not None else ""))
    return found


def _value(name: str, value: Any, unit: str, currency: str) -> str:
    if name == "quantity":
        return format.quantity(value, unit)
    if name == "optional":
        return _("yes") if value else _("no")
    return format.money(value, currency) if name in ("price", "target") and value is not None else str(value or "")
