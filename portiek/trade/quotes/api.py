"""Quotes for machines: ask, read, negotiate, accept and decline."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Day, Key, Limit, Listing, Money, Number, Quantity, Schema, Text, Texts, endpoint, one_of, page_of
from portiek.trade.orders.queries import Details
from portiek.trade.quotes import actions, document, permissions, queries, rules
from portiek.trade.quotes.models import Quote, Side

router = Router(tags=["quotes"])
routes = [("", router)]
State = Annotated[str, one_of(Quote.Status.values)]
By = Annotated[str, one_of(Side.values)]
ORDERING = ("orders.not_orderable", "orders.unknown_address", "orders.wanted_date", "orders.too_large", "approvals.unknown_cost_centre", "approvals.cost_centre_needed", "approvals.reference_needed", "approvals.reference_wrong", "approvals.above_budget", "field-unknown", "field-wrong", "field-required")


class QuoteRow(Schema):
    """One quote in a list."""

    number: str
    status: Annotated[State, Field(description=_("`requested`, `in_review` and `questioned` (offered, with a question about it): the seller's turn; `needs_info` and `offered`: the customer's"))]
    party: Annotated[str | None, Field(description=_("Number of the customer, for keys of the portal itself; else null"))]
    reference: str
    requested_by: str
    requested_at: datetime
    changed_at: datetime
    version: Annotated[int, Field(description=_("Number of the newest version"))]
    valid_until: Annotated[date | None, Field(description=_("Last day of the newest offer"))]
    currency: str
    net: Annotated[Money | None, Field(description=_("Of the newest offer, without optional lines and alternatives"))]
    order: Annotated[str | None, Field(description=_("Number of the order that was placed from it, or of the last of several"))]


class QuoteLineOut(Schema):
    """A line of a version."""

    key: Annotated[int, Field(description=_("The same in all versions"))]
    sku: Annotated[str, Field(description=_("Empty where it is said in words"))]
    name: str
    unit: str
    quantity: Number
    target: Annotated[Money | None, Field(description=_("What the customer wants to pay for one, excluding VAT"))]
    price: Annotated[Money | None, Field(description=_("What is offered for one, excluding VAT; null: not offered"))]
    usual: Annotated[Money | None, Field(description=_("What one would cost without the quote"))]
    amount: Money | None
    tax_rate: Number
    remark: str
    optional: bool
    instead_of: Annotated[int | None, Field(description=_("Key of the line for which it is an alternative"))]


class VersionOut(Schema):
    """One round: what was asked, or offered."""

    number: int
    side: By
    at: datetime
    by: str
    note: str
    conditions: str
    valid_until: date | None
    net: Money | None
    tax: Money | None
    gross: Money | None
    seen: Annotated[str, Field(description=_("What an acceptance of this version names"))]
    lines: list[QuoteLineOut]


class MessageOut(Schema):
    """A question or an answer."""

    side: By
    at: datetime
    by: str
    text: str


class LeftOut(Schema):
    """What can still be ordered of a line."""

    key: int
    quantity: Number


class PartIn(Schema):
    """How much of a line is ordered now."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    key: Annotated[int, Field(ge=1, le=9999, description=_("Key of the line"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, at most what is left"))]


class TermsOut(Schema):
    """General conditions with which who accepts agrees."""

    name: str
    version: Annotated[str, Field(description=_("What an acceptance names"))]
    link: Annotated[str, Field(description=_("Where they are to be read; may be empty"))]


class AcceptanceOut(Schema):
    """Who accepted a version, in which capacity, and with which conditions he agreed."""

    version: int
    at: datetime
    name: str
    capacity: str
    terms: Annotated[TermsOut | None, Field(description=_("Null where the seller named none"))]
    order: Annotated[str | None, Field(description=_("Number of the order that was placed with it"))]


class QuoteOut(QuoteRow):
    """One quote with all its versions, first one first."""

    wanted_date: date | None
    reason: str
    versions: list[VersionOut]
    messages: list[MessageOut]
    orders: Annotated[list[str], Field(description=_("Numbers of all orders that were placed from it, first one first"))]
    terms: Annotated[TermsOut | None, Field(description=_("General conditions of the seller, with which who accepts agrees now; null: none are named"))]
    acceptances: list[AcceptanceOut]
    left: Annotated[list[LeftOut], Field(description=_("What can still be ordered of the newest offer, by the key of its lines"))]


class WishIn(Schema):
    """What is asked for."""

    what: Annotated[Text, Field(min_length=1, max_length=200, description=_("Article number, EAN or your own number; or what you need, in words"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, with at most three decimals"))]
    target: Annotated[Quantity | None, Field(description=_("What you want to pay for one, excluding VAT"))] = None
    remark: Annotated[Text, Field(max_length=300)] = ""


class QuoteIn(Schema):
    """A request for a quote."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lines": [{"what": "GP-125-2600", "quantity": "600", "target": "5.50"}], "reference": "Parkweg 12"}]})
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=rules.MOST_LINES)]
    reference: Annotated[Text, Field(max_length=80)] = ""
    note: Annotated[Text, Field(max_length=2000)] = ""
    wanted_date: Annotated[Day | None, Field(description=_("From today on"))] = None


class CounterLineIn(WishIn):
    """A line of what is proposed instead."""

    key: Annotated[int | None, Field(ge=1, le=9999, description=_("Key of the line that it stands for; null: a new one. A line that is not named is left out"))] = None


class CounterIn(Schema):
    """The version that was seen, and what is proposed instead."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 2, "lines": [{"key": 1, "what": "GP-125-2600", "quantity": "800", "target": "5.60"}]}]})
    version: Annotated[int, Field(ge=1, le=9999, description=_("Number of the newest version as you saw it"))]
    lines: Annotated[list[CounterLineIn], Field(min_length=1, max_length=rules.MOST_LINES)]
    note: Annotated[Text, Field(max_length=2000)] = ""


class SayIn(Schema):
    """What is asked, or answered."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    text: Annotated[Text, Field(min_length=1, max_length=2000)]


class AcceptIn(Schema):
    """The version that was seen, and what is chosen of it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    seen: Annotated[Text, Field(max_length=64, description=_("What `seen` of the version was when you looked"))]
    lines: Annotated[list[int] | None, Field(max_length=rules.MOST_LINES, description=_("Keys of the optional lines and alternatives that you take; null: no optional ones, and each line as it was asked"))] = None
    name: Annotated[Text, Field(max_length=120, description=_("Who accepts; without one it is the name of the key"))] = ""
    capacity: Annotated[Text, Field(max_length=120, description=_("As what he accepts for his company, such as director or buyer"))] = ""
    terms: Annotated[Text, Field(max_length=40, description=_("The version of the seller's general conditions that you agree with; needed where `terms` of the quote names some"))] = ""
    parts: Annotated[list[PartIn] | None, Field(max_length=rules.MOST_LINES, description=_("How much of which lines is ordered now, where not all is; the rest can be ordered as long as the quote holds. `lines` then says nothing"))] = None
    reference: Annotated[Text, Field(max_length=80)] = ""
    note: Annotated[Text, Field(max_length=1000)] = ""
    wanted_date: Annotated[Day | None, Field(description=_("From today on"))] = None
    address: Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/delivery-addresses`; without one the goods go where they always go"))] = None
    cost_centre: Annotated[Text, Field(max_length=20, description=_("The code of a cost centre of `/cost-centres`; some companies ask one for each order"))] = ""
    fields: Annotated[Texts, Field(max_length=60, description=_("Answers to what the seller asks with every order, by the name of the field; see `/order-fields`"))] = Field(default_factory=dict)


class DeclineIn(Schema):
    """The version that was seen, and why not."""

    version: Annotated[int, Field(ge=1, le=9999)]
    reason: Annotated[Text, Field(min_length=1, max_length=300, description=_("What the seller reads"))]


def _row(actor: Actor, quote: Quote) -> dict[str, Any]:
    same = ("number", "status", "reference", "requested_at", "changed_at", "valid_until", "currency", "net")
    return {**{name: getattr(quote, name) for name in same}, "party": quote.party.number if actor.is_staff else None, "requested_by": quote.user_name, "version": quote.last, "order": quote.order.number if quote.order else None}


def _terms(name: str, version: str, link: str) -> dict[str, str] | None:
    return {"name": name, "version": version, "link": link} if name else None


def _out(actor: Actor, quote: Quote) -> dict[str, Any]:
    found, terms = queries.detail(actor, quote), queries.terms(actor)
    lined = ("key", "sku", "name", "unit", "quantity", "target", "price", "usual", "amount", "tax_rate", "remark", "optional", "instead_of")
    versions = [{**{name: getattr(item.version, name) for name in ("number", "side", "at", "note", "conditions", "valid_until", "net", "tax", "gross")}, "by": item.version.name, "seen": item.version.content_hash,
                 "lines": [{name: getattr(line, name) for name in lined} for line in item.lines]} for item in found.rounds]  # fmt: skip
    return {**_row(actor, quote), "wanted_date": quote.wanted_date, "reason": quote.reason, "versions": versions, "messages": [{"side": item.side, "at": item.at, "by": item.name, "text": item.text} for item in found.messages],
            "terms": _terms(terms.name, terms.version, terms.link), "acceptances": [{"version": row.version, "at": row.at, "name": row.name, "capacity": row.capacity, "terms": _terms(row.terms_name, row.terms_version, row.terms_link), "order": row.order.number if row.order else None} for row in queries.acceptances(actor, quote)],
            "orders": [order.number for order in found.orders], "left": [{"key": line.key, "quantity": line.quantity} for line in (rules.rest(found.offer.lines, found.called) if found.offer and quote.status in (*rules.HELD, "expired") else ())]}


@endpoint(router.get, "/quotes", permissions.VIEW, response=Listing[QuoteRow], summary=_("List quotes"), description=_("Quotes within reach of the key, what changed last first."))
def list_quotes(request: HttpRequest, status: Annotated[str, one_of(["", *Quote.Status.values])] = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of quotes."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.quotes(actor).select_related("order")
    page = page_of(found.filter(status=status) if status else found, list(queries.NEWEST), cursor, limit)
    return {"items": [_row(actor, quote) for quote in page["items"]], "next": page["next"]}


@endpoint(router.post, "/quotes", permissions.REQUEST, response=QuoteOut, audience="party", status=201, once=True, refuses=("quotes.not_a_line", "orders.wanted_date"), summary=_("Ask for a quote"),
          description=_("Ask a price for products of the assortment, or for what is said in words."))
def request_quote(request: HttpRequest, asked: QuoteIn) -> Any:
    """Ask for it; the Idempotency-Key stays with the quote."""
    actor = request.actor  # type: ignore[attr-defined]
    key = hashlib.sha256(f"{actor.api_key_id}:{request.headers['Idempotency-Key']}".encode()).hexdigest()
    lines = [actions.Wish(line.what, line.quantity, line.target, line.remark) for line in asked.lines]
    made = actions.request_quote(actor, lines=lines, key=key, reference=asked.reference, note=asked.note, wanted_date=asked.wanted_date, now=timezone.now(), today=timezone.localdate())
    return Status(201, _out(actor, queries.quote(actor, made.number)))


# The verbs stand before the quote itself, or `{number}` would take them for a number.
@endpoint(router.post, "/quotes/{key:number}:accept", permissions.ACCEPT, response=QuoteOut, audience="party", once=True, refuses=("quotes.turn", "quotes.changed", "quotes.over", "quotes.taken", "quotes.one_of", "quotes.too_much", "quotes.part_step", "quotes.nothing_chosen", "quotes.agree", "quotes.terms_changed", *ORDERING), summary=_("Accept a quote"),
          description=_("Accept the newest version as it was seen, and order what it offers at its prices. Above the key's limit the order waits for a colleague: `status` is then `accepted`, else `ordered`. Where `parts` leave something, the quote stays `offered`."))
def accept_quote(request: HttpRequest, number: Key, asked: AcceptIn) -> Any:
    """Accept it; the Idempotency-Key stays with the order."""
    actor = request.actor  # type: ignore[attr-defined]
    key = hashlib.sha256(f"{actor.api_key_id}:{request.headers['Idempotency-Key']}".encode()).hexdigest()
    details = Details(asked.reference, asked.note, asked.wanted_date, asked.address, None, asked.fields, cost_centre=asked.cost_centre)
    actions.accept_quote(actor, quote=queries.quote(actor, number), seen=asked.seen, keys=None if asked.lines is None else set(asked.lines), parts=None if asked.parts is None else {part.key: part.quantity for part in asked.parts}, signature=actions.Signature(asked.name, asked.capacity, asked.terms), details=details, key=key, now=timezone.now(), today=timezone.localdate())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.post, "/quotes/{key:number}:decline", permissions.ACCEPT, response=QuoteOut, audience="party", refuses=("quotes.turn", "quotes.changed"), summary=_("Decline a quote"), description=_("Decline the newest version, with the reason that the seller reads."))
def decline_quote(request: HttpRequest, number: Key, asked: DeclineIn) -> Any:
    """Decline it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.decline_quote(actor, quote=queries.quote(actor, number), version=asked.version, reason=asked.reason, now=timezone.now())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.post, "/quotes/{key:number}:counter", permissions.REQUEST, response=QuoteOut, audience="party", once=True, refuses=("quotes.turn", "quotes.changed", "quotes.not_a_line", "quotes.nothing_new"), summary=_("Propose something else"),
          description=_("Propose other quantities, prices or lines than were offered, as a version of your own. What was offered is not valid any more after this."))
def counter_quote(request: HttpRequest, number: Key, asked: CounterIn) -> Any:
    """Propose it; what was seen binds it, so that it happens once."""
    actor = request.actor  # type: ignore[attr-defined]
    lines = [actions.Wish(line.what, line.quantity, line.target, line.remark, line.key or 0) for line in asked.lines]
    actions.counter_quote(actor, quote=queries.quote(actor, number), version=asked.version, lines=lines, note=asked.note, now=timezone.now())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.post, "/quotes/{key:number}:question", permissions.REQUEST, response=QuoteOut, audience="party", once=True, refuses=("quotes.turn", "quotes.words"), summary=_("Ask something about an offer"),
          description=_("Ask the seller something. The offer stands as it is and can still be accepted; `status` is `questioned` until he answered."))
def question_quote(request: HttpRequest, number: Key, asked: SayIn) -> Any:
    """Ask it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.ask_about(actor, quote=queries.quote(actor, number), text=asked.text, now=timezone.now())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.post, "/quotes/{key:number}:answer", permissions.REQUEST, response=QuoteOut, audience="party", refuses=("quotes.turn", "quotes.words"), summary=_("Answer the seller's question"),
          description=_("Answer what the seller asked about your request: `status` was `needs_info`."))
def answer_quote(request: HttpRequest, number: Key, asked: SayIn) -> Any:
    """Answer it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.answer(actor, quote=queries.quote(actor, number), text=asked.text, now=timezone.now())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.post, "/quotes/{key:number}:withdraw", permissions.REQUEST, response=QuoteOut, audience="party", refuses=("quotes.turn", "quotes.asker"), summary=_("Withdraw a quote"),
          description=_("Take back what was asked with this key or by its person, as long as nothing was ordered."))
def withdraw_quote(request: HttpRequest, number: Key) -> Any:
    """Take it back."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.withdraw_quote(actor, quote=queries.quote(actor, number), now=timezone.now())
    return _out(actor, queries.quote(actor, number))


@endpoint(router.get, "/quotes/{key:number}/pdf", permissions.VIEW, response=None, media_type="application/pdf", summary=_("One quote as PDF"), description=_("The newest offer, or the version that is named, in the language of the key. What was asked is no offer: 404."))
def get_quote_pdf(request: HttpRequest, number: Key, version: Annotated[int | None, Field(ge=1, le=9999)] = None) -> Any:
    """Hand out the document."""
    return document.attached(request, queries.quote(request.actor, number), version)  # type: ignore[attr-defined]


@endpoint(router.get, "/quotes/{key:number}", permissions.VIEW, response=QuoteOut, summary=_("One quote"), description=_("One quote with its versions, and what was asked to and fro."))
def get_quote(request: HttpRequest, number: Key) -> Any:
    """Answer a quote."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, queries.quote(actor, number))
