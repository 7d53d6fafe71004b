"""Other units of products: what there are, and which one is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portiek.core.actor import Actor
from portiek.trade.catalog import rules
from portiek.trade.catalog.models import Product, ProductUnit


def units_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, list[ProductUnit]]:
    """Return the other units of products, smallest first. One statement."""
    found: dict[int, list[ProductUnit]] = {}
    for row in ProductUnit.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids)).order_by("product_id", "factor", "pk"):
        found.setdefault(row.product_id, []).append(row)
    return found


def units_by_ean(actor: Actor, codes: Iterable[str]) -> dict[str, list[ProductUnit]]:
    """Return the units that have one of these EAN codes of their own, with their products that are sold. One statement."""
    found: dict[str, list[ProductUnit]] = {}
    wanted = [code for code in codes if code.isascii() and code.isdigit() and len(code) <= 14]
    for row in ProductUnit.objects.filter(portal_id=actor.portal_id, ean__in=wanted, product__is_active=True).select_related("product").order_by("pk") if wanted else ():
        found.setdefault(row.ean, []).append(row)
    return found


def unit_named(text: str, product: Product, units: Sequence[ProductUnit]) -> ProductUnit | None:
    """Return the unit that somebody named by its code or its word, None for the sales unit. Raises LookupError for what is neither."""
    word = rules.unit_word(text)
    if not word or word in rules.SALES_UNITS or word in {rules.unit_word(name) for name in (product.unit_code, product.unit_label)}:
        return None
    for unit in units:
        if word in {rules.unit_word(name) for name in (unit.code, unit.label, unit.label_en, *unit.label.split()[:1], *unit.label_en.split()[:1]) if name}:
            return unit
    raise LookupError(text)
