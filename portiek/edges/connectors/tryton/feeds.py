"""The feeds: which rows of the ERP move which records of the portal.

A parent does not move with its children in Tryton, and figures that are computed have no stamp at all. So every feed
reads several streams, each ordered by time and id, and turns their rows into the ids of the records they touch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import ACTIVE_OR_NOT, Lookups
from portiek.edges.connectors.tryton.parties import related

Roots = Callable[[Lookups, Sequence[Row]], list[int]]


@dataclass(frozen=True)
class Stream:
    """Rows of a model that touch records of a feed.

    `by_id`: a model without usable stamps, where only new rows show. `page`: read at least so many rows, where many
    rows touch few records.
    """

    name: str
    model: str
    roots: Roots
    fields: tuple[str, ...] = ()
    domain: tuple[Any, ...] = ()
    archived: bool = False
    by_id: bool = False
    page: int = 0


@dataclass(frozen=True)
class Feed:
    """The streams of an entity; the first is of the records themselves, and the first load reads that one only."""

    entity: str
    streams: tuple[Stream, ...]
    full_every_hours: int = 24

    @property
    def root(self) -> Stream:
        """The stream of the records themselves."""
        return self.streams[0]


def _own(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    return [row["id"] for row in rows]


def _field(name: str) -> Roots:
    def roots(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
        return [row[name] for row in rows if row[name] is not None]

    return roots


def _party_of(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    parties = [row["party"] for row in rows if row["party"] is not None]
    return [*parties, *related(lookups, parties)]


def _party_itself(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    own = _own(lookups, rows)
    return [*own, *related(lookups, own)]


def _relation(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    return [row["to"] for row in rows]


def _products_of(field: str) -> Roots:
    def roots(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
        templates = sorted({row[field] for row in rows if row[field] is not None})
        found = lookups.client.rows(
            "product.product", [("template", "in", templates), ACTIVE_OR_NOT], [], [("id", "ASC")]
        )
        return [row["id"] for row in found]

    return roots


def _all_lists(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    if not rows:
        return []
    return [row["id"] for row in lookups.client.rows("product.price_list", [ACTIVE_OR_NOT], [], [("id", "ASC")])]


def _shipment(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    found: list[int] = []
    for row in rows:
        model, _, id_ = (row["shipment"] or "").partition(",")
        if model == "stock.shipment.out" and id_.isdigit():
            found.append(int(id_))
    return found


def _invoices(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    found: list[int] = []
    for row in rows:
        found += row["invoice_payments"] or ()
        model, _, id_ = (row["move_origin"] or "").partition(",")
        if model == "account.invoice" and id_.isdigit():
            found.append(int(id_))
    if not found:
        return []
    domain = [("id", "in", sorted(set(found))), ("type", "=", "out")]
    return [row["id"] for row in lookups.client.rows("account.invoice", domain, [], [("id", "ASC")])]


def _payments(lookups: Lookups, rows: Sequence[Row]) -> list[int]:
    return [line for row in rows for line in row["payment_lines"] or ()]


RECEIVABLE = ("account.type.receivable", "=", True)

FEEDS: dict[str, Feed] = {
    feed.entity: feed
    for feed in (
        Feed(
            "party",
            (
                Stream("party", "party.party", _party_itself, archived=True),
                Stream("address", "party.address", _field("party"), ("party",), archived=True),
                Stream("contact", "party.contact_mechanism", _party_of, ("party",), archived=True),
                Stream("identifier", "party.identifier", _field("party"), ("party",), archived=True),
                Stream("relation", "party.relation.all", _relation, ("to",), by_id=True),
            ),
        ),
        Feed("category", (Stream("category", "product.category", _own, domain=(("accounting", "=", False),)),)),
        Feed(
            "product",
            (
                Stream("product", "product.product", _own, archived=True),
                Stream("template", "product.template", _products_of("id"), archived=True),
                Stream("image", "product.image", _products_of("template"), ("template",)),
                Stream("identifier", "product.identifier", _field("product"), ("product",)),
            ),
        ),
        Feed(
            "price_list",
            (
                Stream("list", "product.price_list", _own, archived=True),
                Stream("line", "product.price_list.line", _field("price_list"), ("price_list",)),
                # the formulas are over prices and categories of the products
                Stream("product", "product.product", _all_lists, archived=True, page=20_000),
                Stream("template", "product.template", _all_lists, archived=True, page=20_000),
                Stream("category", "product.category", _all_lists, page=20_000),
            ),
        ),
        Feed(
            "stock",
            (
                Stream("product", "product.product", _own, domain=(("template.type", "=", "goods"),), archived=True),
                Stream("move", "stock.move", _field("product"), ("product",)),
            ),
        ),
        Feed(
            "order",
            (
                Stream("sale", "sale.sale", _own),
                Stream("line", "sale.line", _field("sale"), ("sale",)),
                Stream("move", "stock.move", _field("sale"), ("sale",), (("origin.id", ">", 0, "sale.line"),)),
            ),
        ),
        Feed(
            "shipment",
            (
                Stream("shipment", "stock.shipment.out", _own),
                Stream(
                    "move", "stock.move", _shipment, ("shipment",), (("shipment.id", ">", 0, "stock.shipment.out"),)
                ),
                Stream("package", "stock.package", _shipment, ("shipment",)),
            ),
        ),
        Feed(
            "invoice",
            (
                Stream("invoice", "account.invoice", _own, domain=(("type", "=", "out"),)),
                Stream("posting", "account.move.line", _invoices, ("invoice_payments", "move_origin"), (RECEIVABLE,)),
            ),
        ),
        Feed(
            "payment",
            (
                Stream(
                    "posting", "account.move.line", _own, domain=(RECEIVABLE, ("invoice_payments.type", "=", "out"))
                ),
                Stream("invoice", "account.invoice", _payments, ("payment_lines",), (("type", "=", "out"),)),
            ),
        ),
    )
}
