"""Prices as a program asks for them: by any number of a product, in any of its units, of any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.foundation.parties import queries as parties
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import unit_named, units_by_ean, units_of
from portiek.trade.catalog.queries import products_by_code
from portiek.trade.pricing import errors
from portiek.trade.pricing.queries.resolving import Wanted, prices
from portiek.trade.pricing.rules import Price

# Each day is asked apart.
MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A product by one of its numbers, how many in which unit (empty: the sales unit), and on which day (None: that of the whole question)."""

    code: str
    quantity: Decimal
    unit: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question stands for: `quantity` in the sales unit, `pack` the other unit that was meant. Without a product it is unknown; without a price it is not sold in a unit of that name."""

    product: Product | None
    quantity: Decimal
    pack: ProductUnit | None = None
    price: Price | None = None


def asked_prices(actor: Actor, asked: Sequence[Question], *, day: date) -> list[Answer]:
    """Return the own price of each question, in their order: the statements depend on how many days they are of, not on how many there are; the EAN of a box is that box. Raises Refused for more than twelve days."""
    if len({item.day or day for item in asked}) > MOST_DAYS:
        raise Refused(errors.MANY_DAYS, field="lines", most=MOST_DAYS)
    found = {code: some[0] for code, some in products_by_code(actor, [item.code for item in asked]).items() if len(some) == 1}
    boxes = {code: some[0] for code, some in units_by_ean(actor, {item.code.strip() for item in asked if item.code not in found}).items() if len(some) == 1}
    units = units_of(actor, {found[item.code].pk for item in asked if item.unit.strip() and item.code in found} | {boxes[item.code.strip()].product_id for item in asked if item.unit.strip() and item.code.strip() in boxes})
    portal, days, made = parties.portal(actor), dict[date, list[tuple[int, Product, Answer]]](), list[Answer]()
    for item in asked:
        pack = None if item.code in found else boxes.get(item.code.strip())
        product = pack.product if pack else found.get(item.code)
        if product is not None:
            product.portal = portal
            try:
                pack = unit_named(item.unit, product, units.get(product.pk, [])) if item.unit.strip() else pack
            except LookupError:
                made.append(Answer(product, item.quantity))
                continue
            days.setdefault(item.day or day, []).append((len(made), product, Answer(product, item.quantity * (pack.factor if pack else 1), pack)))
        made.append(Answer(product, item.quantity))
    for when, some in days.items():
        told = prices(actor, [Wanted(product.pk, answer.quantity) for _place, product, answer in some], day=when, known={product.pk: product for _place, product, _answer in some})
        for place, product, answer in some:
            made[place] = Answer(product, answer.quantity, answer.pack, told[product.pk, answer.quantity])
    return made
