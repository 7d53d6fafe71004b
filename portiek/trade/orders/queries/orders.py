"""Reads of orders: the list, one order, what came with it and what happened to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties.queries import units_within
from portiek.trade.approvals import queries as approvals
from portiek.trade.catalog.rules import word_queries
from portiek.trade.orders import permissions
from portiek.trade.orders.models import STOPPED, UNDER_WAY, LineChange, Order, OrderLine, OrderQuerySet, Shipment, ShipmentLine
from portiek.trade.orders.queries.party import party_of

FILTERS: dict[str, tuple[str, ...]] = {
    "approval": (Order.Status.PENDING_APPROVAL,),
    "changed": (Order.Status.CHANGED,),
    "done": (Order.Status.COMPLETED,),
    "stopped": tuple(STOPPED),
}


def orders(
    actor: Actor, *, search: str = "", state: str = "", mine: bool = False, status: str = "", party_id: int | None = None, since: datetime | None = None, changed_since: datetime | None = None, care: bool = False
) -> OrderQuerySet:
    """Return the orders the actor may see, within the reach of his right, unordered. `since`: placed then or later; `care`: of the parties that he looks after."""
    found = visible(actor)
    if status:
        found = found.filter(status=status)
    if party_id:
        found = found.filter(party_id=party_id)
    if since:
        found = found.filter(placed_at__gte=since)
    if changed_since:
        found = found.filter(changed_at__gte=changed_since)
    if mine:
        found = found.filter(user_id=actor.user_id)
    if care:
        found = found.filter(party_id__in=accounts.own_parties(actor))
    if state == "trouble":
        found = found.filter(Q(sync__in=(Order.Sync.FAILED, Order.Sync.NEEDS_HUMAN)))
    elif state == "running":
        found = found.filter(UNDER_WAY)
    elif state in FILTERS:
        found = found.filter(status__in=FILTERS[state])
    return found.filter(pk__in=hits(actor, search)) if search.strip() else found


# How many of the newest orders with the words a search yields, so that it costs the same however many there are.
SEARCHED = 200


def hits(actor: Actor, search: str) -> list[int]:
    """Return the newest orders that hold every word by its beginning (number, ERP number, reference, article numbers, product names). One statement.

    They may be outside the actor's reach, never outside his party or portal: filter them through `visible`.
    """
    words = word_queries(search)
    if not words:
        return []
    with connection.cursor() as found:
        found.execute("SELECT * FROM ctx.orders_find(%s, %s, %s)", ["staff" if actor.is_staff else "party", words, SEARCHED])
        return [row[0] for row in found.fetchall()]


def visible(actor: Actor) -> OrderQuerySet:
    """Return what the actor's right to see orders reaches. The explicit column lets the index serve it under row security."""
    return reached(actor, Order.objects.filter(portal_id=actor.portal_id))


def reached(actor: Actor, found: Any) -> Any:
    """Return what of orders, or of rows that name the person and the unit of one, the actor's right to see orders reaches."""
    reach = actor.reach(permissions.VIEW)
    if reach is None:
        return found.none()
    if actor.is_staff:
        return found
    found = found.filter(party_id=party_of(actor))
    if reach == "own":
        return found.filter(user_id=actor.user_id)
    if reach == "unit":
        return found.filter(Q(unit_id__in=units_within(actor, actor.unit_id).values("pk")) if actor.unit_id else Q(user_id=actor.user_id))
    return found


@dataclass(frozen=True)
class Detail:
    """One order with its lines and the way of its approval."""

    order: Order
    lines: list[OrderLine]
    approval: approvals.Route | None

    @property
    def goods(self) -> list[OrderLine]:
        """The lines that are goods."""
        return [line for line in self.lines if not line.charge]

    @property
    def charges(self) -> list[OrderLine]:
        """The lines that are costs besides the goods."""
        return [line for line in self.lines if line.charge]


def order(actor: Actor, number: str) -> Order:
    """Return one order by number. Unknown and forbidden give the same answer."""
    found = visible(actor).select_related("party", "unit").filter(number=number).first() if number and "\0" not in number else None
    if found is None:
        raise NotFound
    return found


def order_by_id(actor: Actor, key: int) -> Order | None:
    """Return one order by its key, or None when this actor may not see it."""
    return visible(actor).filter(pk=key).first()


def detail(actor: Actor, number: str) -> Detail:
    """Return one order with lines and approval: two statements without an approval."""
    return contents(actor, order(actor, number))


def contents(actor: Actor, found: Order) -> Detail:
    """Return an order that the actor has in hand with lines and approval: one statement without an approval."""
    lines = list(OrderLine.objects.filter(order=found, party_id=found.party_id).order_by("position"))
    return Detail(found, lines, approvals.route(actor, found.approval_id))


def to_approve(actor: Actor) -> OrderQuerySet:
    """Return the orders whose open step waits for this actor: never his own."""
    return Order.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), status=Order.Status.PENDING_APPROVAL, approval_id__in=approvals.turns(actor).values("request_id"))


def asked_as(actor: Actor, keys: Collection[int]) -> dict[int, tuple[str, int]]:
    """Return what orders that wait for approval hold and which step of theirs is open, by order: what a decision about each is bound to. Two statements."""
    rows = Order.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), pk__in=list(keys), approval__isnull=False).values_list("pk", "content_hash", "approval_id")
    steps = approvals.open_steps(actor, [request for _key, _hash, request in rows])
    return {key: (content, steps[request]) for key, content, request in rows if request in steps}


def approvals_waiting(actor: Actor) -> int:
    """Count what waits for this actor's decision, up to a hundred: one statement."""
    return to_approve(actor).values("pk")[:100].count() if actor.may(permissions.APPROVE) and not actor.is_staff else 0


def line_changes(actor: Actor, found: Order) -> list[LineChange]:
    """Return what approvers took off an order, in the order of its lines. One statement, none for an order that nobody had to approve."""
    return list(LineChange.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, order=found).order_by("position", "pk")) if found.approval_id else []


@dataclass(frozen=True)
class Sent:
    """A shipment and what of the order came with it: (line or None, article number, quantity)."""

    shipment: Shipment
    contents: list[tuple[OrderLine | None, str, Any]]

    @property
    def day(self) -> date | None:
        """The day that says most: when it arrived, left, or is planned."""
        return self.shipment.delivered_on or self.shipment.shipped_on or self.shipment.planned_on

    @property
    def has_left(self) -> bool:
        """Whether it is on its way or there: before that, what is in it can be otherwise."""
        return self.shipment.state in (Shipment.State.SHIPPED, Shipment.State.DELIVERED)


def shipments(actor: Actor, found: Order) -> list[Sent]:
    """Return the shipments of an order by their day, with what came with each: one statement."""
    rows = ShipmentLine.objects.filter(order=found, party_id=found.party_id).select_related("shipment", "line").order_by("shipment_id", "line__position", "id")
    grouped: dict[int, Sent] = {}
    for row in rows:
        if row.shipment.state != Shipment.State.CANCELLED:
            grouped.setdefault(row.shipment_id, Sent(row.shipment, [])).contents.append((row.line, row.sku, row.quantity))
    return sorted(grouped.values(), key=lambda sent: (sent.day or date.max, sent.shipment.number))


@dataclass(frozen=True)
class Event:
    """Something that happened to an order: the fact's name, who did it and when."""

    name: str
    by: str
    kind: str
    at: datetime
    payload: dict[str, Any]


def history(actor: Actor, found: Order) -> list[Event]:
    """Return what happened to an order, newest first, at most a hundred: one statement. That the ERP wrote something says nothing to a customer."""
    rows = FactRow.objects.filter(portal_id=found.portal_id, subject=ref("orders.order", found.pk)).order_by("-id")
    rows = rows if actor.is_staff else rows.exclude(name="orders.order.updated")
    return [Event(row.name, row.user_name, row.kind, row.at, row.payload) for row in rows[:100]]


@dataclass(frozen=True, slots=True)
class Bought:
    """How much of a product a party ordered since a day, in how many order lines."""

    product_id: int
    quantity: Decimal
    times: int


def bought(actor: Actor, *, party_id: int, since: date) -> list[Bought]:
    """Return what a party ordered since a day, as confirmed where the ERP answered, what was ordered most often first; refused and cancelled orders do not count. For staff: it reads every line of that time."""
    if not actor.is_staff:
        raise NotFound
    start = timezone.make_aware(datetime.combine(since, time.min))
    lines = OrderLine.objects.filter(portal_id=actor.portal_id, party_id=party_id, product__isnull=False, charge="", free_of=None, order__party_id=party_id, order__placed_at__gte=start)
    counted = lines.exclude(order__status__in=["pending_approval", *STOPPED]).values("product_id").annotate(all=Sum(Coalesce("confirmed_quantity", "quantity")), times=Count("pk"))
    return [Bought(row["product_id"], row["all"], row["times"]) for row in counted.filter(all__gt=0).order_by("-times", "product_id")]
