"""Every read of quotes."""

from __future__ import annotations

import copy
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.foundation.parties.models import Portal
from portiek.foundation.parties.queries import units_within
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.rules import word_queries
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import STOPPED, Order, OrderLine
from portiek.trade.pricing.queries import Price, Wanted, prices
from portiek.trade.quotes import permissions, rules
from portiek.trade.quotes.models import LISTED, PARTY, RUNNING, STAFF, Acceptance, Called, Draft, Line, Message, Note, Quote, Terms, Version

REF = "quotes.quote"
NEWEST = ("-changed_at", "-id")
STATES: dict[str, tuple[str, ...]] = {**LISTED, "running": RUNNING, "ordered": ("ordered",)}


def visible(actor: Actor) -> QuerySet[Quote]:
    """Return what the actor's right to see quotes reaches."""
    found, reach = Quote.objects.filter(portal_id=actor.portal_id), actor.reach(permissions.VIEW)
    if reach is None:
        return found.none()
    if actor.is_staff:
        return found
    found = found.filter(party_id=actor.party_id or 0)
    if reach == "own":
        return found.filter(user_id=actor.user_id)
    if reach == "unit":
        return found.filter(Q(unit_id__in=units_within(actor, actor.unit_id).values("pk")) if actor.unit_id else Q(user_id=actor.user_id))
    return found


def quotes(actor: Actor, *, search: str = "", state: str = "", mine: bool = False, party_id: int | None = None) -> QuerySet[Quote]:
    """Return the quotes that the actor may see, within the reach of his right. `mine`: those that he asked for, or (staff) works on. Order: NEWEST."""
    found = visible(actor).select_related("party")
    if party_id is not None:
        found = found.filter(party_id=party_id)
    if mine:
        found = found.filter(owner_id=actor.user_id) if actor.is_staff else found.filter(user_id=actor.user_id)
    if state in STATES:
        found = found.filter(status__in=STATES[state])
    return found.filter(pk__in=hits(actor, search)) if search.strip() else found


# How many of the newest quotes with the words a search yields, so that it costs the same however many there are.
SEARCHED = 200


def hits(actor: Actor, search: str) -> list[int]:
    """Return the newest quotes that hold every word by its beginning (number, reference, customer, article numbers, what was asked). One statement.

    They may be outside the actor's reach, never outside his party or portal: filter them through `visible`.
    """
    words = word_queries(search)
    if not words:
        return []
    with connection.cursor() as found:
        found.execute("SELECT * FROM ctx.quotes_find(%s, %s, %s)", ["staff" if actor.is_staff else "party", words, SEARCHED])
        return [row[0] for row in found.fetchall()]


def own_numbers(actor: Actor, quote: Quote, item: Round) -> dict[int, str]:
    """Return the customer's own numbers of what stands in a version, by product."""
    return catalog.own_numbers(actor, [line.product_id for line in item.lines if line.product_id], party_id=quote.party_id)


def quote(actor: Actor, number: str) -> Quote:
    """Return one quote by number. Unknown and forbidden give the same answer."""
    found = visible(actor).select_related("party", "unit", "file", "order").filter(number=number).first() if number and "\0" not in number else None
    if found is None:
        raise NotFound
    return found


def quote_by_id(actor: Actor, key: int) -> Quote | None:
    """Return one quote by its key, or None when this actor may not see it."""
    return visible(actor).select_related("party", "unit").filter(pk=key).first()


@dataclass(frozen=True)
class Round:
    """A version with its lines, and what differs from the one before it."""

    version: Version
    lines: list[Line]
    differences: list[rules.Difference] = field(default_factory=list)
    before: dict[int, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Detail:
    """One quote with all its rounds (first one first), what was asked to and fro, and for staff what they noted."""

    quote: Quote
    rounds: list[Round]
    messages: list[Message]
    notes: list[Note]
    # What was ordered of it: how much of each line, by key, as those orders stand now; and the orders, first one first.
    called: dict[int, Decimal] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    @property
    def latest(self) -> Round:
        """The newest round."""
        return self.rounds[-1]

    @property
    def offer(self) -> Round | None:
        """The newest offer, or None before there is one."""
        return next((item for item in reversed(self.rounds) if item.version.side == STAFF), None)


def detail(actor: Actor, found: Quote) -> Detail:
    """Return a quote that the actor has in hand with everything of it: five statements for staff, four for a party."""
    versions = list(Version.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, quote=found).order_by("number"))
    lines: dict[int, list[Line]] = {version.pk: [] for version in versions}
    for line in Line.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, version__in=lines).order_by("key"):
        lines[line.version_id].append(line)
    rounds: list[Round] = []
    offered: dict[int, Decimal | None] = {}
    for version in versions:
        before = [copy.copy(line) for line in rounds[-1].lines] if rounds else []
        # What a party asks has no prices: an offer is compared with the one before it.
        for line in before if version.side == STAFF else ():
            line.price = offered.get(line.key)
        if version.side == STAFF:
            offered = {line.key: line.price for line in lines[version.pk]}
        rounds.append(Round(version, lines[version.pk], rules.differences(before, lines[version.pk]) if rounds else [], {line.key: line for line in before}))
    messages = list(Message.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, quote=found).order_by("pk"))
    return Detail(found, rounds, messages, notes(actor, found), *called(actor, found))


def called(actor: Actor, found: Quote) -> tuple[dict[int, Decimal], list[Order]]:
    """Return how much of each line of a quote is ordered, by key, and in which orders: one statement. What an order does not hold any more, or the seller confirms less of, is not ordered."""
    line = OrderLine.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, order_id=OuterRef("order_id"), position=OuterRef("position"))
    rows = Called.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, quote=found).select_related("order").annotate(now=Subquery(line.values(each=Coalesce("confirmed_quantity", "quantity"))[:1])).order_by("pk")
    ordered: dict[int, Decimal] = {}
    orders: dict[int, Order] = {}
    for row in rows:
        if row.order is not None:
            orders[row.order.pk] = row.order
        if row.order is None or row.order.status not in STOPPED:
            ordered[row.key] = ordered.get(row.key, Decimal(0)) + (row.quantity if row.order is None else row.now or Decimal(0))
    return ordered, list(orders.values())


def left(actor: Actor, found: Detail) -> list[Line]:
    """Return what can still be ordered of the newest offer, with the amount of what is left of each line."""
    lines = rules.rest(found.offer.lines, found.called) if found.offer else []
    if found.called:
        policy = Portal.objects.get(pk=actor.portal_id).policy
        for line in lines:
            line.amount = policy.line(line.quantity, line.price or Decimal(0))
    return lines


def steps(actor: Actor, lines: Collection[Line]) -> dict[int, Decimal]:
    """Return in which steps the products of lines are sold, by the key of the line, as far as the actor sees them."""
    sold = dict(Product.objects.filter(portal_id=actor.portal_id, pk__in=[line.product_id for line in lines]).values_list("pk", "step_quantity"))
    return {line.key: sold[line.product_id] for line in lines if line.product_id in sold}


def offer(actor: Actor, number: str, version: int) -> tuple[Quote, Round] | None:
    """Return one offer of a quote, or None when there is no such thing or the actor may not see it."""
    found = visible(actor).select_related("party", "unit").filter(number=number).first()
    offered = [item for item in detail(actor, found).rounds if item.version.side == STAFF and item.version.number == version] if found else []
    return (found, offered[0]) if found and offered else None


def acceptances(actor: Actor, found: Quote) -> list[Acceptance]:
    """Return who accepted a quote that the actor has in hand, first one first, each with its order."""
    return list(Acceptance.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, quote=found).select_related("order").order_by("pk"))


def in_force(actor: Actor, found: Quote, item: Round) -> list[Acceptance]:
    """Return the acceptances of one version of which the order stands: not those that wait for a colleague, were not approved or were cancelled."""
    return [row for row in acceptances(actor, found) if row.version == item.version.number and (row.order is None or row.order.status not in (*STOPPED, Order.Status.PENDING_APPROVAL))]


def capacity(actor: Actor) -> str:
    """Return the capacity in which the actor accepted last."""
    return Acceptance.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, user_id=actor.user_id).order_by("-pk").values_list("capacity", flat=True).first() or ""


def is_asked(actor: Actor, found: Quote) -> bool:
    """Whether the party spoke last, beside the versions."""
    return Message.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, quote=found).order_by("-pk").values_list("side", flat=True).first() == PARTY


def notes(actor: Actor, found: Quote) -> list[Note]:
    """Return what staff noted for themselves; nothing to anybody else."""
    return list(Note.objects.filter(portal_id=actor.portal_id, quote=found).order_by("pk")) if actor.is_staff and actor.may(permissions.MANAGE) else []


@dataclass(frozen=True)
class Event:
    """Something that happened to a quote."""

    name: str
    by: str
    at: datetime


def history(actor: Actor, found: Quote) -> list[Event]:
    """Return what happened to a quote, newest first: one statement. What staff noted is not in it."""
    rows = FactRow.objects.filter(portal_id=found.portal_id, subject=ref(REF, found.pk), party_id=found.party_id).order_by("-id")
    return [Event(row.name, row.user_name, row.at) for row in rows[:100]]


def terms(actor: Actor) -> Terms:
    """Return how the portal makes quotes: its own terms, or those of who never chose."""
    return Terms.objects.filter(portal_id=actor.portal_id).first() or Terms(portal_id=actor.portal_id, days=rules.DAYS)


def prices_of(actor: Actor, found: Quote, wanted: Collection[tuple[int | None, Decimal]], *, day: date) -> dict[tuple[int, Decimal], Price]:
    """Return what the party of a quote pays for these products and quantities without it, for staff."""
    return prices(actor, [Wanted(product, quantity) for product, quantity in wanted if product], day=day, party_id=found.party_id) if actor.is_staff else {}


def agreed(actor: Actor, found: Detail, *, lines: Collection[Line], details: orders.Details, day: date) -> orders.Proposal:
    """Return what an order of these lines of the newest offer would be."""
    made = [orders.Agreed(line.product_id or 0, line.sku, line.name, line.unit, line.unit_code, line.tax_rate, line.quantity, line.price or Decimal(0), line.list_price, line.remark[:200]) for line in lines]
    return orders.agreed(actor, lines=made, details=details, by=f"{found.quote.number} v{found.offer.version.number if found.offer else 0}", day=day)


def due(actor: Actor, *, before: date) -> QuerySet[Quote]:
    """Return the offers whose last day was before a day."""
    return Quote.objects.filter(portal_id=actor.portal_id, status__in=rules.HELD, valid_until__lt=before)


def drafts(actor: Actor) -> QuerySet[Draft]:
    """Return what the actor typed and did not send yet, newest first; of offers and counter-proposals those that can still be made."""
    mine = Draft.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id)
    if actor.is_staff:
        mine = mine.filter(side=STAFF, key__in=visible(actor).filter(status__in=[*rules.OURS, *rules.THEIRS, Quote.Status.EXPIRED]).values("number")) if actor.may(permissions.MANAGE) else mine.none()
    else:
        open_ = visible(actor).filter(status__in=[*rules.HELD, Quote.Status.EXPIRED]).values("number")
        mine = mine.filter(Q(version=0) | Q(key__in=open_), side=PARTY, party_id=actor.party_id or 0) if actor.may(permissions.REQUEST) else mine.none()
    return mine.order_by("-changed_at", "-pk")


def draft(actor: Actor, key: str) -> Draft | None:
    """Return one draft of the actor, or None."""
    return drafts(actor).filter(key=key).first() if key and "\0" not in key else None


def of_order(actor: Actor, order_id: int) -> Quote | None:
    """Return the quote that an order was placed from, when the actor may see it."""
    return visible(actor).filter(Q(order_id=order_id) | Q(pk__in=Called.objects.filter(portal_id=actor.portal_id, order_id=order_id).values("quote_id"))).first()


def latest_of(actor: Actor, party_id: int) -> list[Any]:
    """Return the newest quotes of a party, for its page."""
    return list(quotes(actor, party_id=party_id).order_by(*NEWEST)[:10])
