"""What comes in from the ERP about shipments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models.functions import Now

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.orders import facts, rules
from portiek.trade.orders.actions.erp import Told, _only_system, _separately
from portiek.trade.orders.models import Order, OrderLine, Shipment, ShipmentLine
from portiek.trade.orders.records import ShipmentRecord


@action(None)
def apply_shipments(actor: Actor, records: Sequence[ShipmentRecord]) -> list[tuple[str, str]]:
    """Bring shipments up to date with the ERP; return (external id, reason) of each that could not be applied. Orders come first."""
    _only_system(actor)
    told, problems = (
        _separately(list({item.external_id: item for item in records}.values()), lambda some: _apply_shipments(actor, some)) if records else ([], [])
    )
    for order, happened in told:
        record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)
    return problems


def _apply_shipments(actor: Actor, records: Sequence[ShipmentRecord]) -> tuple[list[Told], list[tuple[str, str]]]:
    wanted = {key for item in records for key in (*item.orders, *(line.order for line in item.lines if line.order))}
    orders = {item.external_id: item for item in Order.objects.filter(portal_id=actor.portal_id, external_id__in=wanted).order_by("pk").select_for_update()}
    lines = {
        (line.order_id, line.external_id): line for line in OrderLine.objects.filter(order_id__in=[item.pk for item in orders.values()]).exclude(external_id="")
    }
    held = {item.external_id: item for item in Shipment.objects.filter(portal_id=actor.portal_id, external_id__in=[item.external_id for item in records])}
    told: list[Told] = []
    problems: list[tuple[str, str]] = []
    for item in records:
        try:
            told += _apply_shipment(actor, item, orders, lines, held.get(item.external_id))
        except (ValueError, ArithmeticError) as error:
            problems.append((item.external_id, str(error)[:300]))
    return told, problems


def _apply_shipment(
    actor: Actor, item: ShipmentRecord, orders: dict[str | None, Order], lines: dict[tuple[int, str], OrderLine], shipment: Shipment | None
) -> list[Told]:
    if item.state not in Shipment.State.values:
        raise ValueError(f"unknown_state: {item.state}")
    if shipment is not None and (shipment.erp_version == item.version or (shipment.as_of and item.seen_at < shipment.as_of)):
        return []
    mine = [orders[key] for key in dict.fromkeys((*item.orders, *(line.order for line in item.lines if line.order))) if key in orders]
    if not mine:
        raise ValueError("unknown_order")
    if len({order.party_id for order in mine}) > 1 or (shipment and shipment.party_id != mine[0].party_id):
        raise ValueError("other_party")
    before = shipment.state if shipment else ""
    made = shipment or Shipment(portal_id=actor.portal_id, party_id=mine[0].party_id, external_id=item.external_id)
    made.number, made.state, made.carrier = item.number[:40], item.state, item.carrier[:80]
    made.tracking, made.tracking_url = ", ".join(item.tracking)[:120], rules.safe_link(item.tracking_url)
    made.planned_on, made.shipped_on, made.delivered_on, made.erp_version, made.as_of = (
        item.planned_on,
        item.shipped_on,
        item.delivered_on,
        item.version,
        item.seen_at,
    )
    made.save()
    # What came with an order is part of it: who follows the order hears of it.
    Order.objects.filter(pk__in=[order.pk for order in mine]).update(changed_at=Now())
    ShipmentLine.objects.filter(shipment=made).delete()
    there: list[ShipmentLine] = []
    for line in item.lines:
        order = orders.get(line.order) if line.order else mine[0] if len(mine) == 1 else None
        if order is None:
            continue
        own = lines.get((order.pk, line.order_line)) if line.order_line else None
        there.append(
            ShipmentLine(portal_id=actor.portal_id, party_id=order.party_id, shipment=made, order=order, line=own, sku=line.sku[:64], quantity=line.quantity)
        )
    held = {line.order_id for line in there}
    there += [
        ShipmentLine(portal_id=actor.portal_id, party_id=order.party_id, shipment=made, order=order, quantity=Decimal(0))
        for order in mine
        if order.pk not in held
    ]
    ShipmentLine.objects.bulk_create(there)
    return [pair for order in mine for pair in _moved(order, made, before)]


def _moved(order: Order, shipment: Shipment, before: str) -> list[Told]:
    """Move the order's delivery along and say what is new."""
    if shipment.state == before:
        return []
    if shipment.state == Shipment.State.SHIPPED:
        if order.delivery in (Order.Delivery.NONE, Order.Delivery.BACKORDERED):
            order.delivery = Order.Delivery.PARTIAL if _rest(order) else Order.Delivery.SHIPPED
        order.shipped_at = order.shipped_at or shipment.as_of
        order.save(update_fields=["delivery", "shipped_at"])
        return [(order, facts.OrderShipped(order_id=order.pk, shipment_id=shipment.pk))]
    if shipment.state == Shipment.State.DELIVERED:
        under_way = ShipmentLine.objects.filter(order=order, shipment__state__in=["planned", "picking", "shipped"]).exists()
        order.delivery = Order.Delivery.PARTIAL if under_way or _rest(order) else Order.Delivery.DELIVERED
        order.delivered_at = shipment.as_of if order.delivery == Order.Delivery.DELIVERED else None
        order.shipped_at = order.shipped_at or shipment.as_of
        order.save(update_fields=["delivery", "delivered_at", "shipped_at"])
        return [(order, facts.OrderDelivered(order_id=order.pk, shipment_id=shipment.pk))]
    return [(order, facts.OrderUpdated(order_id=order.pk))]


def _rest(order: Order) -> bool:
    """Whether something of the order has not been in a shipment that left."""
    sent: dict[int, Decimal] = {}
    for line, quantity in ShipmentLine.objects.filter(order=order, line__isnull=False, shipment__state__in=["shipped", "delivered"]).values_list(
        "line_id", "quantity"
    ):
        sent[line] = sent.get(line, Decimal(0)) + quantity
    lines = OrderLine.objects.filter(order=order, product__isnull=False, charge="").values_list("pk", "quantity", "confirmed_quantity")
    return any((ordered if confirmed is None else confirmed) > sent.get(pk, Decimal(0)) for pk, ordered, confirmed in lines)
