"""Orders and shipments: to orders."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.apply.goods import parted
from portiek.edges.connectors.contract import Change
from portiek.trade.orders import actions, records

HUNDRED = Decimal(100)


def orders(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand orders over. One that is gone from the ERP stays as it was last seen: nobody may lose an order he placed."""
    there, _gone = parted(changes)
    return dict(actions.apply_orders(actor, [_order(change, cast("contract.OrderRecord", change.data)) for change in there])) if there else {}


def _order(change: Change, data: contract.OrderRecord) -> records.OrderRecord:
    lines = tuple(
        records.OrderLineRecord(
            external_id=line.external_id,
            position=line.position,
            sku=line.sku,
            description=line.description[:300],
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            tax_rate=line.tax_rate * HUNDRED,
            unit=line.unit.label if line.unit else "",
            unit_code=line.unit.code if line.unit else "",
            product=line.product,
            requested_date=line.requested_date,
            confirmed_date=line.confirmed_date,
            shipped_quantity=line.shipped_quantity,
        )
        for line in data.lines
    )
    # The ERP's own word explains a stop; elsewhere it only repeats the state.
    reason = data.source_state if data.state in ("on_hold", "rejected", "cancelled") else ""
    return records.OrderRecord(
        external_id=data.external_id,
        version=change.version[:64],
        seen_at=change.seen_at,
        number=data.number,
        reference=data.reference,
        party=data.party,
        state=data.state,
        delivery_state=data.delivery_state,
        lines=lines,
        untaxed_amount=data.untaxed_amount,
        tax_amount=data.tax_amount,
        total_amount=data.total_amount,
        currency=data.currency,
        order_date=data.order_date,
        requested_date=data.requested_date,
        note=data.note[:1000],
        reason=reason[:300],
    )


def shipments(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand shipments over; one that is gone stays as it was last seen."""
    there, _gone = parted(changes)
    return dict(actions.apply_shipments(actor, [_shipment(change, cast("contract.ShipmentRecord", change.data)) for change in there])) if there else {}


def _shipment(change: Change, data: contract.ShipmentRecord) -> records.ShipmentRecord:
    lines = tuple(records.ShipmentLineRecord(line.sku, line.quantity, line.order, line.order_line) for line in data.lines)
    return records.ShipmentRecord(
        external_id=data.external_id,
        version=change.version[:64],
        seen_at=change.seen_at,
        number=data.number,
        party=data.party,
        state=data.state,
        orders=data.orders,
        lines=lines,
        planned_on=data.planned_at,
        shipped_on=data.shipped_at,
        carrier=data.carrier[:80],
        tracking=data.tracking,
    )
