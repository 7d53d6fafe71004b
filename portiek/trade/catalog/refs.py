"""How a product is shown where another module refers to it."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.trade.catalog import queries


def _product(actor: Actor, key: int) -> Shown | None:
    found = queries.products_by_id(actor, [key]).get(key)
    return Shown(found.label, reverse("catalog:detail", args=[found.sku])) if found else None


register_ref("catalog.product", _product)
