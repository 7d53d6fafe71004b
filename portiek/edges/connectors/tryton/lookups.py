"""The small tables of the ERP that records point at: units, taxes, terms, warehouses, party kinds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from portiek.edges.connectors.contract import PartyKind, UnitRecord
from portiek.edges.connectors.tryton.client import Row, TrytonClient

ACTIVE_OR_NOT = ("active", "in", [True, False])


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure with what is needed to convert; floats, as Tryton computes with them."""

    record: UnitRecord
    category: int
    factor: float
    rate: float
    rounding: Decimal

    @property
    def by_factor(self) -> bool:
        """Say whether the factor is the exact one, not the rate. Source: `product.uom` `accurate_field`."""
        factor, rate = (len(f"{value:.12f}".split(".")[1].rstrip("0")) for value in (self.factor, self.rate))
        return self.factor >= 1.0 if factor == rate else factor < rate


def convert_quantity(amount: float, source: Unit, target: Unit) -> float:
    """Convert a quantity exactly as `product.uom.compute_qty(round=False)` does, floats and all."""
    if not amount or source == target:
        return amount
    base = amount * source.factor if source.by_factor else amount / source.rate
    return base / target.factor if target.by_factor else base * target.rate


def convert_price(price: Decimal, source: Unit, target: Unit) -> Decimal:
    """Convert a price per unit exactly as `product.uom.compute_price` does; not rounded."""
    if not price or source == target:
        return price
    if source.by_factor:
        price /= Decimal(f"{source.factor:.12f}")
    else:
        price *= Decimal(f"{source.rate:.12f}")
    if target.by_factor:
        return price * Decimal(f"{target.factor:.12f}")
    return price / Decimal(f"{target.rate:.12f}")


def number(value: float | Decimal | None) -> Decimal:
    """Turn Tryton's float into the decimal it is printed as; None is 0."""
    if value is None:
        return Decimal(0)
    result = value if isinstance(value, Decimal) else Decimal(repr(value))
    return result.to_integral_value() if result == result.to_integral_value() else result.normalize()


class Lookups:
    """Reads each table once; make a new one per call of the connector."""

    def __init__(self, client: TrytonClient) -> None:
        self.client = client
        self.zone = ZoneInfo(client.options.time_zone)

    def moment(self, stamp: dt.datetime | None) -> dt.datetime | None:
        """Give a stamp of the server the zone it lacks."""
        return stamp.replace(tzinfo=self.zone) if stamp else None

    @cached_property
    def units(self) -> dict[int, Unit]:
        fields = ["name", "symbol", "category", "factor", "rate", "rounding", "unece_code"]
        return {
            row["id"]: Unit(
                UnitRecord(str(row["id"]), row["unece_code"] or "C62", row["symbol"] or row["name"]),
                row["category"],
                row["factor"],
                row["rate"],
                number(row["rounding"]),
            )
            for row in self.client.rows("product.uom", [ACTIVE_OR_NOT], fields)
        }

    @cached_property
    def kilogram(self) -> Unit | None:
        return next((unit for unit in self.units.values() if unit.record.code == "KGM"), None)

    @cached_property
    def tax_rates(self) -> dict[int, Decimal]:
        rows = self.client.rows("account.tax", [ACTIVE_OR_NOT], ["type", "rate"])
        return {row["id"]: row["rate"] if row["type"] == "percentage" else Decimal(0) for row in rows}

    @cached_property
    def kinds(self) -> dict[int, PartyKind]:
        """Party categories that make a party one of the portal's."""
        wanted = self.client.options.kinds
        rows = self.client.rows("party.category", [ACTIVE_OR_NOT], ["name"])
        return {row["id"]: wanted[row["name"]] for row in rows if row["name"] in wanted}

    @cached_property
    def terms(self) -> dict[int, int]:
        """Days of the payment terms that have one line only."""
        days: dict[int, int] = {}
        fields = ["lines.relativedeltas.days", "lines.relativedeltas.weeks", "lines.relativedeltas.months"]
        for row in self.client.rows("account.invoice.payment_term", [ACTIVE_OR_NOT], fields):
            if len(row["lines."]) == 1:
                deltas: list[Row] = row["lines."][0]["relativedeltas."]
                days[row["id"]] = sum(
                    (d["days"] or 0) + 7 * (d["weeks"] or 0) + 30 * (d["months"] or 0) for d in deltas
                )
        return days

    @cached_property
    def warehouses(self) -> dict[int, Row]:
        """Warehouses to show, with code and name."""
        wanted = self.client.options.warehouses
        rows = self.client.rows("stock.location", [("type", "=", "warehouse")], ["code", "name"], [("id", "ASC")])
        return {row["id"]: row for row in rows if not wanted or row["code"] in wanted}

    @cached_property
    def default_price_list(self) -> int | None:
        """The list of parties without one of their own."""
        rows: list[Row] = self.client.model("sale.configuration.read", [1], ["sale_price_list"])
        value: int | None = rows[0]["sale_price_list"] if rows else None
        return value

    @cached_property
    def currency(self) -> str:
        """The code of the company's currency."""
        rows: list[Row] = self.client.model("company.company.read", [self.client.company], ["currency.code"])
        return str(rows[0]["currency."]["code"])

    def unit(self, id_: int | None) -> UnitRecord | None:
        """Return the unit's record, or None."""
        return self.units[id_].record if id_ in self.units else None


def text(value: Any) -> str:
    """Return text for Tryton's None or text."""
    return str(value) if value else ""


def identity(value: Any) -> str | None:
    """Return an external id for Tryton's id, None stays None."""
    return str(value) if value is not None else None
