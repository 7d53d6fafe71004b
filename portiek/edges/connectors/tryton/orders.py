"""Sales orders and their shipments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from portiek.edges.connectors.contract import (
    DeliveryState,
    OrderLineRecord,
    OrderRecord,
    OrderState,
    ShipmentLineRecord,
    ShipmentRecord,
    ShipmentState,
)
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import Lookups, convert_quantity, identity, number, text

ORDER_FIELDS = (
    "number",
    "reference",
    "party",
    "state",
    "shipment_state",
    "sale_date",
    "shipping_date",
    "currency.code",
    "shipment_address",
    "comment",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "_timestamp",
    "lines.type",
    "lines.sequence",
    "lines.product",
    "lines.product.code",
    "lines.product.name",
    "lines.description",
    "lines.quantity",
    "lines.unit",
    "lines.unit_price",
    "lines.amount",
    "lines.taxes",
    "lines.shipping_date",
    "lines.moves.state",
    "lines.moves.quantity",
    "lines.moves.unit",
    "lines.moves.planned_date",
    "lines.moves.effective_date",
)
SHIPMENT_FIELDS = (
    "number",
    "customer",
    "state",
    "delivery_address",
    "planned_date",
    "effective_date",
    "carrier.party.name",
    "packages.shipping_reference",
    "outgoing_moves.product",
    "outgoing_moves.product.code",
    "outgoing_moves.quantity",
    "outgoing_moves.unit",
    "outgoing_moves.state",
    "outgoing_moves.origin",
    "outgoing_moves.sale",
)
SHIPMENT_STATES: dict[str, ShipmentState] = {
    "draft": "planned",
    "waiting": "planned",
    "assigned": "picking",
    "picked": "picking",
    "packed": "picking",
    "shipped": "shipped",
    "done": "shipped",
    "cancelled": "cancelled",
}


def order_state(state: str, shipped: DeliveryState) -> OrderState:
    """Translate the state of a sale; a quotation is an order the ERP's staff has yet to confirm."""
    match state:
        case "draft":
            return "draft"
        case "quotation":
            return "transmitted"
        case "confirmed":
            return "confirmed"
        case "processing":
            return "confirmed" if shipped == "none" else "in_progress"
        case "done":
            return "completed"
        case "cancelled":
            return "cancelled"
    raise ValueError(f"unknown state of a sale: {state}")


def _shipped(lookups: Lookups, line: Row) -> Decimal:
    total = 0.0
    for move in line["moves."] or ():
        if move["state"] == "done":
            total += convert_quantity(move["quantity"], lookups.units[move["unit"]], lookups.units[line["unit"]])
    # a return's moves count in its own direction
    return number(round(total, 6)) * (-1 if (line["quantity"] or 0) < 0 else 1)


def _confirmed_date(row: Row, line: Row) -> dt.date | None:
    """Return the last day the ERP planned or shipped something of the line."""
    if row["state"] not in ("confirmed", "processing", "done"):
        return None
    moves = [move for move in line["moves."] or () if move["state"] != "cancelled"]
    days = [move["effective_date"] or move["planned_date"] for move in moves]
    known = [day for day in days if day]
    day: dt.date | None = max(known) if known else line["shipping_date"]
    return day


def _line(lookups: Lookups, row: Row, line: Row, position: int) -> OrderLineRecord:
    product = line.get("product.") or {}
    is_line = line["type"] == "line"
    return OrderLineRecord(
        external_id=str(line["id"]),
        position=position,
        product=identity(line["product"]),
        sku=text(product.get("code")),
        description=text(line["description"]) or text(product.get("name")),
        quantity=number(line["quantity"]),
        unit=lookups.unit(line["unit"]),
        unit_price=line["unit_price"] or Decimal(0),
        amount=(line["amount"] or Decimal(0)) if is_line else Decimal(0),
        tax_rate=sum((lookups.tax_rates.get(t, Decimal(0)) for t in line["taxes"] or ()), Decimal(0)),
        requested_date=row["shipping_date"],
        confirmed_date=_confirmed_date(row, line) if is_line else None,
        shipped_quantity=_shipped(lookups, line) if is_line and line["unit"] else Decimal(0),
    )


def order(lookups: Lookups, row: Row) -> OrderRecord:
    """Map a sale with its lines and their moves. Raises ValueError on a state it does not know."""
    ordered = sorted(
        row["lines."] or (), key=lambda line: (line["sequence"] is not None, line["sequence"] or 0, line["id"])
    )
    lines = tuple(_line(lookups, row, line, position) for position, line in enumerate(ordered, 1))
    delivery: DeliveryState = "none"
    # the ERP stores "partially shipped" only once a shipment is wholly gone
    if row["shipment_state"] == "sent":
        delivery = "shipped"
    elif any(line.shipped_quantity for line in lines):
        delivery = "partial"
    return OrderRecord(
        external_id=str(row["id"]),
        number=text(row["number"]),
        reference=text(row["reference"]),
        party=str(row["party"]),
        state=order_state(row["state"], delivery),
        source_state=row["state"],
        delivery_state=delivery,
        order_date=row["sale_date"],
        requested_date=row["shipping_date"],
        currency=row["currency."]["code"],
        delivery_address=identity(row["shipment_address"]),
        lines=lines,
        untaxed_amount=row["untaxed_amount"],
        tax_amount=row["tax_amount"],
        total_amount=row["total_amount"],
        note=text(row["comment"]),
    )


def _origin(move: Row) -> str | None:
    model, _, id_ = text(move["origin"]).partition(",")
    return id_ if model == "sale.line" else None


def shipment(lookups: Lookups, row: Row) -> ShipmentRecord:
    """Map a customer shipment; lines of moves that were cancelled are left out."""
    moves = [
        move for move in row["outgoing_moves."] or () if move["state"] != "cancelled" or row["state"] == "cancelled"
    ]
    carrier = ((row.get("carrier.") or {}).get("party.") or {}).get("name")
    return ShipmentRecord(
        external_id=str(row["id"]),
        number=text(row["number"]),
        party=str(row["customer"]),
        state=SHIPMENT_STATES[row["state"]],
        orders=tuple(dict.fromkeys(str(move["sale"]) for move in moves if move["sale"] is not None)),
        lines=tuple(
            ShipmentLineRecord(
                external_id=str(move["id"]),
                product=str(move["product"]),
                sku=text((move.get("product.") or {}).get("code")),
                quantity=number(move["quantity"]),
                unit=lookups.unit(move["unit"]),
                order=identity(move["sale"]),
                order_line=_origin(move),
            )
            for move in sorted(moves, key=lambda move: int(move["id"]))
        ),
        delivery_address=identity(row["delivery_address"]),
        planned_at=row["planned_date"],
        shipped_at=row["effective_date"] if row["state"] in ("shipped", "done") else None,
        carrier=text(carrier),
        tracking=tuple(p["shipping_reference"] for p in row["packages."] or () if p["shipping_reference"]),
    )


def order_rows(lookups: Lookups, ids: Sequence[int]) -> dict[int, Row]:
    """Read what `order` maps."""
    return lookups.client.read("sale.sale", ids, ORDER_FIELDS)


def shipment_rows(lookups: Lookups, ids: Sequence[int]) -> dict[int, Row]:
    """Read what `shipment` maps."""
    return lookups.client.read("stock.shipment.out", ids, SHIPMENT_FIELDS)
