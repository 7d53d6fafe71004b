"""Tables of minimum prices, and of what products cost the portal itself: the staff's alone. A price is calculated with them by `ctx.price_floors`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PortalModel, TenantKey
from portiek.trade.pricing.models.shared import window


class PriceFloor(ErpOwned, PortalModel):
    """What a product, or each of a discount group, never costs less than: `amount`, or its cost price plus `percent`. Both days count; None: open.

    One for the product itself goes before one of its group; of several the highest counts.
    """

    fn_reads = True

    product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)
    discount_group = models.CharField(max_length=20, default="", blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    agreements_below = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pricing_pricefloor"
        indexes: ClassVar = [
            models.Index(fields=["product"], name="floor_of_product", condition=Q(product__isnull=False)),
            models.Index(fields=["portal", "discount_group", "id"], name="floor_of_group"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "product", "discount_group", "valid_from"], name="price_floor", nulls_distinct=False),
            models.UniqueConstraint(fields=["portal", "external_id"], name="price_floor_external"),
            models.CheckConstraint(condition=Q(product__isnull=False, discount_group="") | (Q(product__isnull=True) & ~Q(discount_group="")), name="price_floor_target"),
            models.CheckConstraint(condition=Q(amount__gt=0, percent__isnull=True, product__isnull=False) | Q(amount__isnull=True, percent__gte=0), name="price_floor_what"),
            window("price_floor_window"),
        ]


class CostPrice(PortalModel):
    """What one unit of a product costs the portal."""

    fn_reads = True

    product = TenantKey("catalog.Product", db_index=False)
    cost = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        db_table = "pricing_costprice"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "portal"], name="cost_price"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="cost_price_positive"),
        ]
