"""Tryton's price lists, expanded to absolute prices per product, quantity and day.

A list there is Python: the first line that matches product or category, quantity and date gives a formula over the list
and cost price. Here every product gets the steps it comes down to, so that the portal needs no formula and no ERP to
price a basket.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from portiek.edges.connectors.contract import PriceLineRecord, PriceListRecord
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.formulas import Formula, UnknownFormula
from portiek.edges.connectors.tryton.lookups import (
    ACTIVE_OR_NOT,
    Lookups,
    Unit,
    convert_price,
    convert_quantity,
    number,
    text,
)
from portiek.edges.connectors.tryton.products import round_price

ONE_DAY = dt.timedelta(days=1)
PRODUCT_FIELDS = (
    "active",
    "list_price_used",
    "cost_price",
    "template.active",
    "template.default_uom",
    "template.sale_uom",
    "template.categories_all",
    "template.account_category.customer_taxes_used",
)
LINE_FIELDS = ("product", "category", "quantity", "formula", "start_date", "end_date")
# (list, product, quantity in sales units, day) -> the ERP's own price
Ask = Callable[[int, int, Decimal, dt.date], Decimal | None]


@dataclass(frozen=True)
class Priced:
    """What a price list needs to know of a product."""

    id: int
    list_price: Decimal | None
    cost_price: Decimal | None
    categories: frozenset[int]
    stock_unit: Unit
    unit: Unit
    tax_rate: Decimal


@dataclass(frozen=True)
class ListLine:
    """A line of a price list; `quantity` in the unit of the list."""

    product: int | None
    category: int | None
    quantity: float | None
    formula: Formula
    start: dt.date | None
    end: dt.date | None

    def concerns(self, product: Priced) -> bool:
        """Say whether the line is about this product at all."""
        return (self.product is None or self.product == product.id) and (
            self.category is None or self.category in product.categories
        )

    def valid(self, day: dt.date) -> bool:
        """Say whether the line counts on this day, both ends included."""
        return (self.start is None or self.start <= day) and (self.end is None or self.end >= day)


@dataclass(frozen=True)
class ListRules:
    """A price list as Tryton keeps it; `base` is what `unit_price` means, `per_sale_unit` how it counts quantities."""

    id: int
    base: str | None
    per_sale_unit: bool
    tax_included: bool
    lines: tuple[ListLine, ...]

    def list_unit(self, product: Priced) -> Unit:
        """Return the unit the quantities of the list are in."""
        return product.unit if self.per_sale_unit else product.stock_unit

    def smallest(self, product: Priced, wanted: float) -> Decimal:
        """Return the smallest quantity in sales units that reaches a quantity of the list.

        In another unit than the list's: the smallest that can be ordered.
        """
        if not wanted:
            return Decimal(0)
        unit, step = self.list_unit(product), product.unit.rounding
        if unit == product.unit:
            return number(wanted)
        guess = Decimal(repr(convert_quantity(wanted, unit, product.unit)))
        quantity = (guess / step).to_integral_value(ROUND_CEILING) * step

        def reaches(candidate: Decimal) -> bool:
            return candidate > 0 and convert_quantity(float(candidate), product.unit, unit) >= wanted

        # the ERP compares floats: one step of noise either way
        if reaches(quantity - step):
            return quantity - step
        return quantity if reaches(quantity) else quantity + step

    def price(self, product: Priced, line: ListLine) -> Decimal | None:
        """Return the price of a line per sales unit. Raises UnknownFormula."""
        bases = {"list_price": product.list_price, "cost_price": product.cost_price}
        value = line.formula({**bases, "unit_price": bases[self.base] if self.base else None})
        if value is None:
            return None
        value = round_price(value)
        if self.tax_included:
            value = value / (1 + product.tax_rate)
        return round_price(convert_price(value, product.stock_unit, product.unit))


def _segments(lines: Sequence[ListLine]) -> Iterator[tuple[dt.date | None, dt.date | None, dt.date]]:
    """Cut time where a line starts or ends: first day, last day, and a day in it."""
    cuts = {line.start for line in lines if line.start} | {line.end + ONE_DAY for line in lines if line.end}
    ordered = sorted(cuts)
    first: dt.date | None = None
    for cut in ordered:
        yield first, cut - ONE_DAY, cut - ONE_DAY
        first = cut
    yield first, None, first or dt.date(2000, 1, 1)


def expand(rules: ListRules, product: Priced, ask: Ask) -> list[PriceLineRecord]:
    """Return the steps of one product: by quantity, then by day, none of them tied."""
    lines = [line for line in rules.lines if line.concerns(product)]
    steps = sorted({0.0} | {line.quantity for line in lines if line.quantity})
    found: dict[tuple[Decimal, Decimal | None, str], list[tuple[dt.date | None, dt.date | None]]] = {}
    for first, last, day in _segments(lines):
        chosen: dict[Decimal, tuple[Decimal | None, str]] = {}
        for step in steps:
            line = next((line for line in lines if line.valid(day) and (line.quantity or 0.0) <= step), None)
            quantity = rules.smallest(product, step)
            note = line.formula.source if line else ""
            try:
                price = rules.price(product, line) if line else None
            except UnknownFormula:
                price = ask(rules.id, product.id, quantity, day)
            # two steps of the list may be one quantity in sales units: the larger counts
            chosen[quantity] = price, note
        previous: tuple[Decimal | None, str] | None = None
        for quantity, answer in chosen.items():
            if answer != previous:
                spans = found.setdefault((quantity, *answer), [])
                if spans and first is not None and spans[-1][1] == first - ONE_DAY:
                    spans[-1] = spans[-1][0], last
                else:
                    spans.append((first, last))
            previous = answer
    records = [
        PriceLineRecord(str(product.id), quantity, price, since, until, note)
        for (quantity, price, note), spans in found.items()
        for since, until in spans
    ]
    return sorted(records, key=lambda record: (record.min_quantity, record.valid_from or dt.date.min))


def read_rules(lookups: Lookups, ids: Sequence[int]) -> dict[int, tuple[ListRules, Row]]:
    """Read price lists with their lines, in the ERP's order."""
    client = lookups.client
    lists = client.read("product.price_list", ids, ["name", "active", "unit", "price", "tax_included", "company"])
    lines: dict[int, list[ListLine]] = {}
    order = [("price_list", "ASC"), ("sequence", "ASC NULLS FIRST"), ("id", "ASC")]
    rows = client.rows(
        "product.price_list.line", [("price_list", "in", list(lists))], ["price_list", *LINE_FIELDS], order
    )
    formulas = {row["formula"]: Formula(row["formula"]) for row in rows}
    for row in rows:
        line = ListLine(
            row["product"],
            row["category"],
            row["quantity"],
            formulas[row["formula"]],
            row.get("start_date"),
            row.get("end_date"),
        )
        lines.setdefault(row["price_list"], []).append(line)
    return {
        id_: (
            ListRules(id_, row["price"], row["unit"] == "product_sale", row["tax_included"], tuple(lines.get(id_, ()))),
            row,
        )
        for id_, row in lists.items()
    }


def read_priced(lookups: Lookups, page: int = 500) -> list[Priced]:
    """Read what price lists need of every product sold."""
    parents = {row["id"]: row["parent"] for row in lookups.client.rows("product.category", [], ["parent"])}
    found: list[Priced] = []
    after = 0
    while True:
        domain = [("id", ">", after), ("template.salable", "=", True), ACTIVE_OR_NOT]
        rows = lookups.client.rows("product.product", domain, PRODUCT_FIELDS, [("id", "ASC")], page)
        found += [_priced(lookups, row, parents) for row in rows if row["active"] and row["template."]["active"]]
        if len(rows) < page:
            return found
        after = rows[-1]["id"]


def _priced(lookups: Lookups, row: Row, parents: dict[int, int | None]) -> Priced:
    template = row["template."]
    categories: set[int] = set()
    for leaf in template["categories_all"] or ():
        category: int | None = leaf
        while category is not None and category not in categories:
            categories.add(category)
            category = parents.get(category)
    taxes = (template.get("account_category.") or {}).get("customer_taxes_used") or ()
    return Priced(
        id=row["id"],
        list_price=row["list_price_used"],
        cost_price=row["cost_price"] if row["cost_price"] is not None else Decimal(0),
        categories=frozenset(categories),
        stock_unit=lookups.units[template["default_uom"]],
        unit=lookups.units[template["sale_uom"] or template["default_uom"]],
        tax_rate=sum((lookups.tax_rates.get(t, Decimal(0)) for t in taxes), Decimal(0)),
    )


def erp_prices(
    lookups: Lookups, price_list: int | None, products: Sequence[int], quantity: Decimal, day: dt.date
) -> dict[int, Decimal | None]:
    """Ask the ERP for the price of products at one quantity; slow (some 600 a second)."""
    context: Row = {"price_list": price_list, "quantity": float(quantity), "sale_date": day, "date": day}
    rows = lookups.client.read("product.product", products, ["sale_price_uom", "active"], **context)
    return {id_: row["sale_price_uom"] for id_, row in rows.items()}


def read_price_lists(lookups: Lookups, ids: Sequence[int]) -> dict[int, PriceListRecord | None]:
    """Read and expand price lists; those gone give None."""
    rules = read_rules(lookups, ids)
    products = read_priced(lookups) if rules else []

    def ask(price_list: int, product: int, quantity: Decimal, day: dt.date) -> Decimal | None:
        return erp_prices(lookups, price_list, [product], quantity, day).get(product)

    return {
        id_: PriceListRecord(
            external_id=str(id_),
            name=text(rules[id_][1]["name"]),
            currency=lookups.currency,
            lines=tuple(line for product in products for line in expand(rules[id_][0], product, ask)),
            active=bool(rules[id_][1]["active"]),
        )
        if id_ in rules
        else None
        for id_ in ids
    }
