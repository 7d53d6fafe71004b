"""What a connector needs to know of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.orders.models import Order, OrderLine


@dataclass(frozen=True)
class OrderPayloadLine:
    """A line to order: `product` is the ERP's id of it (None: the ERP does not know it), `price` net per unit as the buyer saw it."""

    position: int
    product: str | None
    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    note: str
    wanted_date: date | None


@dataclass(frozen=True)
class OrderPayload:
    """An order for the ERP. `key` is our number: look it up there before sending again. `party` is the ERP's id of the customer."""

    key: str
    party_id: int
    party: str | None
    party_number: str
    customer_reference: str
    note: str
    wanted_date: date | None
    slot: str
    shipping: str
    address: dict[str, str]
    address_external_id: str
    invoice_address: dict[str, str]
    invoice_address_external_id: str
    currency: str
    net: Decimal
    may_send: bool
    lines: tuple[OrderPayloadLine, ...]


def payload_for_erp(actor: Actor, *, order_id: int) -> OrderPayload:
    """Return what the ERP is asked to make of an order: two statements. `may_send` is False when it is on hold, cancelled or waits, also for what its buyer may still change.

    Raises NotFound.
    """
    order = Order.objects.select_related("party").filter(portal_id=actor.portal_id, pk=order_id).first() if actor.is_staff else None
    if order is None:
        raise NotFound
    lines = OrderLine.objects.filter(order=order).select_related("product").order_by("position")
    return OrderPayload(
        key=order.number,
        party_id=order.party_id,
        party=order.party.external_id,
        party_number=order.party.number,
        customer_reference=order.reference,
        note=order.note,
        wanted_date=order.wanted_date,
        slot=order.slot,
        shipping=order.shipping,
        address=order.address,
        address_external_id=order.address_external_id,
        invoice_address=order.invoice_address,
        invoice_address_external_id=order.invoice_address_external_id,
        currency=order.currency,
        net=order.net,
        may_send=order.status == Order.Status.SUBMITTED and order.changeable_until is None and order.origin != Order.Origin.ERP,
        lines=tuple(
            OrderPayloadLine(line.position, line.product.external_id if line.product else None, line.sku, line.name, line.quantity, line.price, line.note, line.wanted_date)
            for line in lines
        ),
    )
