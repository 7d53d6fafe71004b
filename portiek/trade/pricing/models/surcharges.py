"""The table of surcharges: what comes on top of every price of some products, for a time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PortalModel, TenantKey
from portiek.trade.catalog.models import held
from portiek.trade.pricing.models.shared import window


class Surcharge(ErpOwned, PortalModel):
    """An amount per unit, or a percentage of the price, on top of what anybody pays for a product or for all of a discount group. Both days count; None: open.

    A party sees those of a discount group, and those of products that it sees.
    """

    tenancy = "assortment"
    party_reads = True
    party_using = f"portal_id = (SELECT ctx.claim(1, 'party')) AND (product_id IS NULL OR {held('pricing_surcharge.product_id')})"

    name = models.CharField(max_length=80)
    product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)
    discount_group = models.CharField(max_length=20, default="", blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pricing_surcharge"
        indexes: ClassVar = [
            models.Index(fields=["product"], name="surcharge_of_product", condition=Q(product__isnull=False)),
            models.Index(fields=["portal", "discount_group"], name="surcharge_of_group", condition=~Q(discount_group="")),
            models.Index(fields=["portal", "name", "id"], name="surcharge_by_name"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "external_id"], name="surcharge_external"),
            models.CheckConstraint(condition=Q(product__isnull=False, discount_group="") | (Q(product__isnull=True) & ~Q(discount_group="")), name="surcharge_target"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100, amount__isnull=True) | Q(percent__isnull=True, amount__gt=0), name="surcharge_what"),
            window("surcharge_window"),
        ]

    def __str__(self) -> str:
        return self.name
