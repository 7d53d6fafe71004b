"""What comes in from the ERP, set by set: orders, shipments, how far an order is passed on and invoiced."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.queries import of_the_erp
from portiek.trade.catalog.models import CustomerProduct, Product
from portiek.trade.orders import facts, rules
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.records import Invoiced, OrderLineRecord, OrderRecord, ShipmentRecord

R = TypeVar("R", OrderRecord, ShipmentRecord)
STATES = ("draft", "transmitted", "confirmed", "in_progress", "completed", "rejected", "on_hold", "cancelled")
ORDER_FIELDS = [
    "external_id",
    "erp_version",
    "as_of",
    "erp_number",
    "status",
    "held_status",
    "delivery",
    "reason",
    "net",
    "tax",
    "gross",
    "currency",
    "confirmed_at",
    "transmitted_at",
    "shipped_at",
    "delivered_at",
    "expected_on",
    "sync",
    "sync_reason",
    "sync_at",
    "cancel_asked_at",
    "line_count",
    "search",
    "reference",
    "wanted_date",
]
LINE_FIELDS = ["external_id", "confirmed_quantity", "confirmed_price", "confirmed_on", "confirmed_amount", "confirmed_sku", "confirmed_name", "answer", "shipped_quantity"]
Told = tuple[Order, Fact]
# What products are to us: their keys by their ids in the ERP, and the companies' own numbers by (party, product).
Known = tuple[dict[str | None, int], Mapping[tuple[int, int], str]]


@dataclasses.dataclass
class _Work:
    """What one set of records changes, gathered before anything is written."""

    changed: list[Order] = dataclasses.field(default_factory=list)
    made: list[Order] = dataclasses.field(default_factory=list)
    lines_changed: list[OrderLine] = dataclasses.field(default_factory=list)
    lines_made: list[OrderLine] = dataclasses.field(default_factory=list)
    told: list[tuple[Order, Callable[[Order], Fact]]] = dataclasses.field(default_factory=list)
    problems: list[tuple[str, str]] = dataclasses.field(default_factory=list)


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


def _separately(records: Sequence[R], apply: Callable[[Sequence[R]], tuple[list[Told], list[tuple[str, str]]]]) -> tuple[list[Told], list[tuple[str, str]]]:
    """Apply all at once; when the database refuses the set, one by one, so that one bad record stops itself only."""
    try:
        with transaction.atomic():
            return apply(records)
    except (DataError, IntegrityError) as error:
        if len(records) == 1:
            return [], [(records[0].external_id, str(error).splitlines()[0][:300])]
    told: list[Told] = []
    problems: list[tuple[str, str]] = []
    for one in records:
        done, wrong = _separately([one], apply)
        told += done
        problems += wrong
    return told, problems


@action(None)
def apply_orders(actor: Actor, records: Sequence[OrderRecord]) -> list[tuple[str, str]]:
    """Bring orders up to date with the ERP; return (external id, reason) of each record that could not be applied.

    An order that the portal did not place comes in as one of origin "erp". The same version, or one seen earlier than the last, changes
    nothing and records nothing.
    """
    _only_system(actor)
    told, problems = _separately(list({item.external_id: item for item in records}.values()), lambda some: _apply_orders(actor, some)) if records else ([], [])
    for order, happened in told:
        record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)
    return problems


def _apply_orders(actor: Actor, records: Sequence[OrderRecord]) -> tuple[list[Told], list[tuple[str, str]]]:
    here = Order.objects.filter(portal_id=actor.portal_id)
    keys = list(here.filter(external_id__in=[item.external_id for item in records]).values_list("pk", flat=True))
    keys += list(here.filter(number__in=[item.reference for item in records if item.reference]).values_list("pk", flat=True))
    # Locked in the order of their keys, as everybody does who locks several.
    held = list(here.filter(pk__in=keys).select_related("portal").order_by("pk").select_for_update(of=("self",)))
    by_external, by_number = {item.external_id: item for item in held if item.external_id}, {item.number: item for item in held}
    lines: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order_id__in=[item.pk for item in held]).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    parties = of_the_erp(actor, {item.party for item in records})
    products = dict(
        Product.objects.filter(
            portal_id=actor.portal_id, external_id__in={line.product for item in records for line in item.lines if line.product}
        ).values_list("external_id", "pk")
    )
    whose = {party.pk for party in parties.values()} | {order.party_id for order in held}
    own = {(party, product): number for party, product, number in CustomerProduct.objects.filter(portal_id=actor.portal_id, party_id__in=whose, product_id__in=products.values()).values_list("party_id", "product_id", "number")}
    known: Known = (products, own)
    work = _Work()
    for item in records:
        order = by_external.get(item.external_id) or by_number.get(item.reference)
        try:
            if order is not None:
                _update(work, order, lines.get(order.pk, []), item, known)
            elif item.state != "draft":
                party = parties.get(item.party)
                if party is None:
                    raise ValueError(f"unknown_party: {item.party}")
                _import(work, actor, party, item, known)
        except (ValueError, ArithmeticError) as error:
            work.problems.append((item.external_id, str(error)[:300]))
    Order.objects.bulk_create(work.made, batch_size=500)
    OrderLine.objects.bulk_create(work.lines_made, batch_size=1000)
    Order.objects.bulk_update(work.changed, ORDER_FIELDS, batch_size=200)
    OrderLine.objects.bulk_update(work.lines_changed, LINE_FIELDS, batch_size=500)
    return [(order, happened(order)) for order, happened in work.told], work.problems


def _update(work: _Work, order: Order, lines: list[OrderLine], item: OrderRecord, known: Known) -> None:
    _check(item)
    if (order.erp_version == item.version and order.external_id == item.external_id) or (order.as_of and item.seen_at < order.as_of):
        return
    if order.external_id and order.external_id != item.external_id:
        raise ValueError(f"number_taken: {order.number} is {order.external_id} in the ERP already")
    before = {name: getattr(order, name) for name in ("external_id", "status", "delivery", "net", "expected_on", "reason")}
    own = order.origin != Order.Origin.ERP
    answered = item.state in ("confirmed", "in_progress", "completed")
    changed, moved, dates = _answer(work, order, lines, item, known, own, answered)
    status = rules.status_after(item.state, changed and own, order.status)
    if order.status == Order.Status.ON_HOLD and order.held_status and status not in rules.ENDED:
        order.held_status = status  # held by our own staff: the ERP's word counts once they let it go
    else:
        order.status, order.held_status = status, ""
    if order.delivery != Order.Delivery.DELIVERED or item.delivery_state == "delivered":
        order.delivery = item.delivery_state
    order.erp_number, order.external_id, order.erp_version, order.as_of = item.number[:40], item.external_id, item.version, item.seen_at
    if item.reason or order.status in ("rejected", "on_hold"):
        order.reason = item.reason[:300]
    if answered or not own:
        order.net, order.tax, order.gross, order.currency = item.untaxed_amount, item.tax_amount, item.total_amount, item.currency
    if not own:
        order.reference, order.wanted_date, order.line_count = item.customer_reference[:80], item.requested_date, len(item.lines)
    order.transmitted_at = order.transmitted_at or item.seen_at
    order.sync, order.sync_reason, order.sync_at = Order.Sync.ACKNOWLEDGED, "", order.sync_at or item.seen_at
    _expected(order, lines)
    if order.status in rules.ENDED:
        order.cancel_asked_at = None
    first = answered and order.confirmed_at is None
    if first:
        order.confirmed_at = item.seen_at
    order.search = rules.search_text([order.erp_number, *(line.own_number for line in lines if not line.pk and line.own_number)], order.search)
    work.changed.append(order)
    for happened in _happened(order, before, first, changed and own, moved, dates):
        work.told.append((order, happened))


def _happened(order: Order, before: dict[str, Any], first: bool, changed: bool, moved: bool, dates: list[tuple[OrderLine, date]]) -> list[Callable[[Order], Fact]]:
    """Name what there is to tell: the weightiest one, nothing when nothing a reader sees is different."""
    if order.status == "cancelled" and before["status"] != "cancelled":
        return [lambda it: facts.OrderCancelled(order_id=it.pk)]
    if order.status == "rejected" and before["status"] != "rejected":
        return [lambda it: facts.OrderRejected(order_id=it.pk, by=0)]
    if changed and (first or moved):
        return [lambda it: facts.OrderChanged(order_id=it.pk)]
    if first:
        return [lambda it: facts.OrderConfirmed(order_id=it.pk)]
    same = not moved and all(getattr(order, name) == value for name, value in before.items())
    found: list[Callable[[Order], Fact]] = [] if same else [lambda it: facts.OrderUpdated(order_id=it.pk)]
    if dates and order.status not in rules.ENDED:
        line, was = max(dates, key=lambda pair: (pair[0].confirmed_on or date.min, pair[0].position))
        found.append(lambda it: facts.DateMoved(order_id=it.pk, position=line.position, was=was.isoformat(), expected_on=str(line.confirmed_on), lines=len(dates)))
    return found


def _check(item: OrderRecord) -> None:
    if item.state not in STATES:
        raise ValueError(f"unknown_state: {item.state}")
    if item.delivery_state not in Order.Delivery.values:
        raise ValueError(f"unknown_state: {item.delivery_state}")
    numbers = [
        item.untaxed_amount,
        item.tax_amount,
        item.total_amount,
        *(value for line in item.lines for value in (line.quantity, line.unit_price, line.amount, line.tax_rate)),
    ]
    if not all(number.is_finite() for number in numbers):
        raise ValueError("bad_amount")
    if len({line.position for line in item.lines}) != len(item.lines):
        raise ValueError("double_lines")


def _pair(lines: list[OrderLine], item: OrderRecord, products: dict[str | None, int]) -> dict[str, OrderLine]:
    """Find our line of each line in the ERP: by its id there, else by product in order."""
    known = {line.external_id: line for line in lines if line.external_id}
    pairs = {line.external_id: known[line.external_id] for line in item.lines if line.external_id in known}
    free = [line for line in lines if line not in pairs.values()]
    for theirs in sorted(item.lines, key=lambda line: line.position):
        if theirs.external_id in pairs:
            continue
        product = products.get(theirs.product) if theirs.product else None
        match = next((line for line in free if (product and line.product_id == product) or line.sku == theirs.sku), None)
        if match is not None:
            pairs[theirs.external_id] = match
            free.remove(match)
    return pairs


def _answer(
    work: _Work, order: Order, lines: list[OrderLine], item: OrderRecord, known: Known, own: bool, answered: bool
) -> tuple[bool, bool, list[tuple[OrderLine, date]]]:
    """Put the ERP's lines beside ours. Return whether the order differs from what was placed, whether anything is new since the last time, and the lines still to come of which the promised day moved, with the day that was."""
    pairs, policy, differs, moved = _pair(lines, item, known[0]), order.portal.policy, False, False
    dates: list[tuple[OrderLine, date]] = []
    for theirs in item.lines:
        line = pairs.get(theirs.external_id)
        if line is None:
            line = _erp_line(order, theirs, known, position=max([other.position for other in lines], default=0) + 1, added=own)
            lines.append(line)
            work.lines_made.append(line)
            differs, moved = differs or theirs.amount != 0, True
            continue
        was, was_on = [getattr(line, name) for name in LINE_FIELDS], line.confirmed_on
        line.external_id, line.shipped_quantity = theirs.external_id, theirs.shipped_quantity
        if answered or not own:
            replaced = rules.is_replaced(line.product_id, line.sku, theirs.product, known[0].get(theirs.product), theirs.sku)
            answer = rules.line_answer(line.quantity, line.price, line.wanted_date or order.wanted_date, theirs.quantity, theirs.unit_price, theirs.confirmed_date, replaced=replaced)
            line.confirmed_sku, line.confirmed_name = (theirs.sku[:64], theirs.description[:300]) if replaced else ("", "")
            line.confirmed_quantity, line.confirmed_price, line.confirmed_on, line.confirmed_amount = (
                theirs.quantity,
                theirs.unit_price,
                theirs.confirmed_date,
                theirs.amount,
            )
            if was_on and line.confirmed_on and line.confirmed_on != was_on and theirs.quantity > theirs.shipped_quantity and not line.charge:
                dates.append((line, was_on))
            line.answer = line.answer if line.answer == OrderLine.Answer.ADDED else answer.code
            differs = differs or line.answer != OrderLine.Answer.ACCEPTED
        if was != [getattr(line, name) for name in LINE_FIELDS]:
            moved = moved or was[1:] != [getattr(line, name) for name in LINE_FIELDS[1:]]
            work.lines_changed.append(line)
    for line in lines:
        if answered and line.pk and line not in pairs.values() and line.answer != OrderLine.Answer.REFUSED:
            line.answer, line.confirmed_quantity, line.confirmed_amount = OrderLine.Answer.REFUSED, Decimal(0), policy.amount(Decimal(0))
            work.lines_changed.append(line)
            moved = True
        differs = differs or line.answer == OrderLine.Answer.REFUSED
    return differs, moved, dates


def _erp_line(order: Order, theirs: OrderLineRecord, known: Known, *, position: int, added: bool) -> OrderLine:
    product = known[0].get(theirs.product) if theirs.product else None
    return OrderLine(
        portal_id=order.portal_id,
        party_id=order.party_id,
        order=order,
        position=position,
        product_id=product,
        sku=theirs.sku[:64],
        own_number=known[1].get((order.party_id, product), "") if product else "",
        name=theirs.description[:300],
        unit=theirs.unit[:40],
        unit_code=theirs.unit_code[:3],
        quantity=theirs.quantity,
        price=theirs.unit_price,
        tax_rate=theirs.tax_rate,
        amount=theirs.amount,
        confirmed_quantity=theirs.quantity,
        confirmed_price=theirs.unit_price,
        confirmed_on=theirs.confirmed_date,
        confirmed_amount=theirs.amount,
        answer=OrderLine.Answer.ADDED if added else OrderLine.Answer.ACCEPTED,
        shipped_quantity=theirs.shipped_quantity,
        external_id=theirs.external_id,
    )


def _expected(order: Order, lines: list[OrderLine]) -> None:
    open_days = [line.confirmed_on for line in lines if not line.charge and line.confirmed_on and (line.confirmed_quantity or 0) > line.shipped_quantity]
    order.expected_on = max(open_days, default=order.expected_on if not lines else None)


def _import(work: _Work, actor: Actor, party: Party, item: OrderRecord, known: Known) -> None:
    """Make an order that somebody placed by phone, mail or at the counter."""
    _check(item)
    day = item.order_date or timezone.localdate(item.seen_at)
    placed = timezone.make_aware(datetime.combine(day, time(9)))
    order = Order(
        portal_id=actor.portal_id,
        party=party,
        number=item.number[:40] or item.external_id,
        origin=Order.Origin.ERP,
        status=rules.status_after(item.state, False, "transmitted"),
        delivery=item.delivery_state,
        sync=Order.Sync.ACKNOWLEDGED,
        sync_at=item.seen_at,
        reference=item.customer_reference[:80],
        note=item.note[:1000],
        wanted_date=item.requested_date,
        currency=item.currency,
        net=item.untaxed_amount,
        tax=item.tax_amount,
        gross=item.total_amount,
        line_count=len(item.lines),
        erp_number=item.number[:40],
        reason=item.reason[:300],
        external_id=item.external_id,
        erp_version=item.version,
        as_of=item.seen_at,
        placed_at=placed,
        transmitted_at=placed,
        confirmed_at=item.seen_at if item.state in ("confirmed", "in_progress", "completed") else None,
        search=rules.search_text([item.number, item.customer_reference, *(text for line in item.lines for text in (line.sku, line.description))]),
    )
    lines = [
        _erp_line(order, theirs, known, position=place, added=False)
        for place, theirs in enumerate(sorted(item.lines, key=lambda line: line.position), start=1)
    ]
    order.search = rules.search_text([line.own_number for line in lines if line.own_number], order.search)
    _expected(order, lines)
    work.made.append(order)
    work.lines_made += lines
    work.told.append((order, lambda it: facts.OrderImported(order_id=it.pk)))


@action(None)
def mark_sync(
    actor: Actor, order: Order, *, state: str, reason: str = "", external_id: str | None = None, erp_number: str | None = None, now: datetime | None = None
) -> Order:
    """Say how far an order is on its way to the ERP: none, queued, sent, acknowledged, failed or needs_human. Only the portal itself."""
    _only_system(actor)
    if state not in Order.Sync.values:
        raise ValueError(f"unknown_state: {state}")
    found = Order.objects.select_for_update().get(pk=order.pk, portal_id=actor.portal_id)
    before = (found.sync, found.sync_reason, found.external_id, found.erp_number, found.status)
    found.sync, found.sync_reason = state, reason[:300]
    found.external_id, found.erp_number = external_id or found.external_id, erp_number or found.erp_number
    if state == Order.Sync.ACKNOWLEDGED and found.status == Order.Status.SUBMITTED:
        found.status, found.transmitted_at = Order.Status.TRANSMITTED, now or timezone.now()
    if erp_number:
        found.search = rules.search_text([erp_number], found.search)
    if before != (found.sync, found.sync_reason, found.external_id, found.erp_number, found.status):
        found.sync_at = now or timezone.now()
        found.save(update_fields=["sync", "sync_reason", "sync_at", "external_id", "erp_number", "status", "transmitted_at", "search"])
        record(actor, facts.SyncChanged(order_id=found.pk, state=state), party_id=found.party_id, subject=ref("orders.order", found.pk), text=found.number)
    return found


@action(None)
def mark_invoiced(actor: Actor, *, invoiced: Mapping[int, Invoiced | None]) -> None:
    """Say what of orders is invoiced, by their keys (None: nothing). Only the portal itself.

    Orders that say so already change nothing and record nothing.
    """
    _only_system(actor)
    changed = []
    for order in Order.objects.filter(portal_id=actor.portal_id, pk__in=list(invoiced)).order_by("pk").select_for_update():
        state = rules.invoice_state(order.net, invoiced[order.pk])
        if order.invoice != state:
            order.invoice = state
            changed.append(order)
            record(actor, facts.InvoiceChanged(order_id=order.pk, state=state), party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)
    Order.objects.bulk_update(changed, ["invoice"], batch_size=500)
