"""Goods to order, for tests that need them before there are any."""

from __future__ import annotations

from portiek.core.db import scope
from portiek.trade.catalog.models import Assortment, AssortmentItem, Product


def stock_up(cast):
    """Make sure that both portals sell something."""
    for system in (cast.system, cast.system_of_brand):
        with scope(system):
            if Product.objects.exists():
                continue
            own = {"portal_id": system.portal_id}
            assortment = Assortment.objects.create(**own, code="ALL", name="Alles", is_default=True)
            for number in range(1, 9):
                product = Product.objects.create(
                    **own, step_quantity=2 if number == 3 else 1,
                    sku=f"T-{number}", name=f"Artikel {number}", list_price=f"{number}.25", external_id=f"p{number}")
                AssortmentItem.objects.create(**own, assortment=assortment, product=product)
