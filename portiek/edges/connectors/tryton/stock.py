"""Stock per product and warehouse, with what is still to leave and to arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from portiek.edges.connectors.contract import StockRecord
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import ACTIVE_OR_NOT, Lookups, Unit, convert_quantity, number, text

OPEN = ["draft", "staging", "assigned"]


def external_id(product: int, warehouse: int) -> str:
    """Name the stock of a product in a warehouse."""
    return f"{product}:{warehouse}"


def read_stock(lookups: Lookups, products: Sequence[int], day: dt.date) -> dict[str, StockRecord]:
    """Read the stock of goods, by external id, in sales units; services and warehouses not shown are left out."""
    client = lookups.client
    fields = ["template.type", "template.default_uom", "template.sale_uom", "active"]
    rows = {
        i: row
        for i, row in client.read("product.product", products, fields).items()
        if row["template."]["type"] == "goods"
    }
    found: dict[str, StockRecord] = {}
    if not rows:
        return found
    for warehouse, place in lookups.warehouses.items():
        context = {"locations": [warehouse], "with_childs": True, "stock_date_end": day}
        on_hand = client.read("product.product", list(rows), ["quantity", "active"], **context)
        leaving = _open_moves(lookups, list(rows), warehouse, leaving=True)
        arriving = _open_moves(lookups, list(rows), warehouse, leaving=False)
        for product, row in rows.items():
            stock_unit, unit = _units(lookups, row)

            def amount(value: float, source: Unit = stock_unit, target: Unit = unit) -> Decimal:
                return number(round(convert_quantity(value, source, target), 6))

            held = on_hand[product]["quantity"] or 0.0
            reserved = sum(move["internal_quantity"] for move in leaving.get(product, ()))
            coming = arriving.get(product, ())
            day_of_next = min((move["planned_date"] for move in coming if move["planned_date"]), default=None)
            next_ = sum(move["internal_quantity"] for move in coming if move["planned_date"] == day_of_next)
            found[external_id(product, warehouse)] = StockRecord(
                external_id=external_id(product, warehouse),
                product=str(product),
                warehouse=str(warehouse),
                warehouse_name=text(place["name"]),
                on_hand=amount(held),
                available=max(Decimal(0), amount(held - reserved)),
                expected_at=day_of_next,
                expected_quantity=amount(next_) if day_of_next else None,
            )
    return found


def _units(lookups: Lookups, row: Row) -> tuple[Unit, Unit]:
    template = row["template."]
    return lookups.units[template["default_uom"]], lookups.units[template["sale_uom"] or template["default_uom"]]


def _open_moves(lookups: Lookups, products: Sequence[int], warehouse: int, *, leaving: bool) -> dict[int, list[Row]]:
    # what stays inside (picking, putting away) neither leaves nor arrives
    inside, outside = ("from_location", "to_location") if leaving else ("to_location", "from_location")
    domain = [
        ("product", "in", list(products)),
        ("state", "in", OPEN),
        (inside, "child_of", [warehouse], "parent"),
        (outside, "not child_of", [warehouse], "parent"),
    ]
    fields = ["product", "internal_quantity", "planned_date"]
    found: dict[int, list[Row]] = {}
    for row in lookups.client.rows("stock.move", domain, fields, [("id", "ASC")]):
        found.setdefault(row["product"], []).append(row)
    return found


def all_products(lookups: Lookups, after: int, limit: int) -> list[int]:
    """Return ids of goods above `after`, archived ones too."""
    domain = [("id", ">", after), ("template.type", "=", "goods"), ACTIVE_OR_NOT]
    return [row["id"] for row in lookups.client.rows("product.product", domain, [], [("id", "ASC")], limit)]
