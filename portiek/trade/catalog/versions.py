"""How the versions of a family are shown: as choices one after the other, and as a table to order several from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor
from portiek.trade.catalog import rules
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.models import Product, ProductFamily
from portiek.trade.catalog.queries import Versions
from portiek.trade.catalog.words import said, stock_status


@dataclass(frozen=True)
class Row:
    """One version: what is said of it (in the order of the heads), its own price if there is one, and its stock in words."""

    product: Product
    values: list[str]
    price: Any
    status: tuple[str, str]


@dataclass(frozen=True)
class Grid:
    """Versions that differ in two things, as a table of both: `heads` are the values of the second, a row is a value of the first with a version (or none) for each head."""

    down: str
    across: str
    heads: list[str]
    rows: list[tuple[str, list[Row | None]]]


@dataclass(frozen=True)
class Shown:
    """The versions of a product: choices as (label, values), a value as (text, product to go to, is it this one's); `heads` and `rows` are the table, `grid` the same where two attributes tell them apart."""

    family: ProductFamily
    choices: list[tuple[str, list[tuple[str, Product, bool]]]]
    heads: list[str]
    rows: list[Row]
    grid: Grid | None


def shown_versions(actor: Actor, found: Versions, product: Product, prices: Mapping[int, Any]) -> Shown:
    """Return the versions that the actor sees. A value leads to the version that has it and is else most like this one."""
    codes = [axis.code for axis in found.axes]
    values = {item.pk: {code: found.said[item.pk][code].value for code in codes if code in found.said.get(item.pk, {})} for item in found.members}
    words = {item.pk: {code: said(found.said[item.pk][code]) for code in values[item.pk]} for item in found.members}
    by_id, own = {item.pk: item for item in found.members}, values.get(product.pk, {})
    choices = []
    for axis in found.axes:
        having: dict[str, dict[int, Mapping[str, str]]] = {}
        for item in found.members:
            if axis.code in values[item.pk]:
                having.setdefault(values[item.pk][axis.code], {})[item.pk] = values[item.pk]
        # The table is sorted by the first; each of the others in an order of its own.
        in_order = sorted(having, key=lambda value: _order(found, axis.code, next(iter(having[value]))))
        made = []
        for value in in_order:
            is_own = own.get(axis.code) == value
            best = product.pk if is_own else rules.nearest_member(own, axis.code, having[value])
            made.append((words[best][axis.code], by_id[best], is_own))
        choices.append((axis.label, made))
    there = availability(actor, found.members)
    rows = [Row(item, [words[item.pk].get(code, "") for code in codes], prices.get(item.pk), stock_status(item, there[item.pk])) for item in found.members]
    return Shown(found.family, choices, [axis.label for axis in found.axes], rows, _grid(found, values, rows))


def _grid(found: Versions, values: Mapping[int, Mapping[str, str]], rows: list[Row]) -> Grid | None:
    """Return a table of two attributes, the one with fewer values across; None where others count too, one is not said, two versions are alike, or it would be wider than a page."""
    if len(found.axes) != 2 or any(len(values[row.product.pk]) != 2 for row in rows):
        return None
    own: dict[str, dict[str, int]] = {}
    words: dict[tuple[str, str], str] = {}
    for row in rows:
        for axis, text in zip(found.axes, row.values, strict=True):
            own.setdefault(axis.code, {}).setdefault(values[row.product.pk][axis.code], row.product.pk)
            words[axis.code, values[row.product.pk][axis.code]] = text
    down, across = sorted(found.axes, key=lambda axis: len(own[axis.code]), reverse=True)
    place = {(values[row.product.pk][down.code], values[row.product.pk][across.code]): row for row in rows}
    if len(place) < len(rows) or not 2 <= len(own[across.code]) <= rules.ACROSS:
        return None

    def in_order(code: str) -> list[str]:
        return sorted(own[code], key=lambda value: _order(found, code, own[code][value]))

    heads = in_order(across.code)
    return Grid(down.label, across.label, [words[across.code, value] for value in heads], [(words[down.code, value], [place.get((value, other)) for other in heads]) for value in in_order(down.code)])


def _order(found: Versions, code: str, key: int) -> tuple[Any, ...]:
    row = found.said[key][code]
    return (row.number or 0, row.value.casefold())


def lowest(products: Iterable[Product], prices: Mapping[int, Any]) -> Any:
    """Return the lowest of the prices of products; None where none of them has one."""
    known = [prices[item.pk] for item in products if item.pk in prices and prices[item.pk].net is not None]
    return min(known, key=lambda price: price.net, default=None)
