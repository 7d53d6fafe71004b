"""Products as somebody asks for them: by any of their numbers, in any of their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portiek.core.actor import Actor
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import unit_named, units_by_ean, units_of
from portiek.trade.orders.queries.cart import lookup, orderable


@dataclass(frozen=True)
class Meant:
    """What a number and a unit stand for: one product, none or several, and the unit (None: the sales unit). `unknown`: it is not sold in a unit of that name."""

    products: Sequence[Product]
    pack: ProductUnit | None = None
    unknown: bool = False


@dataclass(frozen=True)
class Packs:
    """In which units a line of a product can be ordered: beside its sales unit, and the one that it is kept in (None: the sales unit). `lost`: the word of one that it was kept in and that is gone."""

    product: Product
    units: Sequence[ProductUnit]
    pack: ProductUnit | None
    lost: str

    @property
    def sales(self) -> str:
        """The word of the sales unit."""
        return self.product.unit_label

    @property
    def factor(self) -> Decimal | None:
        """How many sales units go in one of the line's unit; None: it is in the sales unit."""
        return self.pack.factor if self.pack else None

    def named(self, text: str) -> ProductUnit | None:
        """Return the unit of this code or word, None for the sales unit. Raises LookupError for what is neither."""
        return unit_named(text, self.product, self.units)


def packs_of(actor: Actor, lines: Sequence[Any]) -> Mapping[int, Packs]:
    """Return the units of lines (of the kind InUnit) whose products can be ordered, by the key of the line. Two statements."""
    there: dict[int, Product] = orderable(actor).in_bulk([line.product_id for line in lines])
    units = units_of(actor, there)
    return {line.pk: Packs(there[line.product_id], found := units.get(line.product_id, []), line.pack_among(found), line.lost(found)) for line in lines if line.product_id in there}


def meant(actor: Actor, asked: Sequence[tuple[str, str]]) -> list[Meant]:
    """Return what each pair of a number and a unit stands for; the EAN of a box is that box. Three statements, three more where a unit is named."""
    found = lookup(actor, [code for code, _unit in asked])
    boxes = units_by_ean(actor, [code.strip() for code, _unit in asked if code not in found or not found[code]])
    there = orderable(actor).in_bulk([box.product_id for some in boxes.values() for box in some]) if boxes else {}
    named = [product.pk for code, unit in asked if unit.strip() for product in found.get(code, [])] + list(there)
    units = units_of(actor, named) if named else {}
    made = []
    for code, unit in asked:
        products, pack = found.get(code, []), None
        some = [box for box in boxes.get(code.strip(), []) if box.product_id in there] if not products else []
        if some:
            products, pack = [there[box.product_id] for box in some], some[0] if len(some) == 1 else None
        unknown = False
        if unit.strip() and len(products) == 1:
            try:
                pack = unit_named(unit, products[0], units.get(products[0].pk, []))
            except LookupError:
                unknown = True
        made.append(Meant(products, pack, unknown))
    return made
