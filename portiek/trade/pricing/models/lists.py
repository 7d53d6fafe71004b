"""Tables of price lists, and of who is served by which."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey
from portiek.trade.pricing.models.shared import Tiers, window

# The price lists of the party in scope with those they fall back on; read once a statement.
MINE = "(SELECT ctx.price_lists())::bigint[]"


class PriceList(ErpOwned, PortalModel):
    """A list of absolute net prices; a party sees those assigned to it and what they fall back on."""

    party_reads = True
    party_using = f"id = ANY ({MINE})"
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    fallback = TenantKey("pricing.PriceList", null=True, blank=True)
    tiers = models.CharField(max_length=11, choices=Tiers, default=Tiers.ALL_UNITS, db_default=Tiers.ALL_UNITS)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "pricing_pricelist"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="price_list_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="price_list_external"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceListLine(PortalModel):
    """One step of a list: `price` per unit from `min_quantity` on, for what the list's `tiers` say; None: on request. Both days count; None: open."""

    party_reads = True
    party_using = f"price_list_id = ANY ({MINE})"

    price_list = TenantKey(PriceList, db_index=False)
    product = TenantKey("catalog.Product", db_index=False)
    min_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0, db_default=0)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, default="", db_default="", blank=True)

    class Meta:
        db_table = "pricing_pricelistline"
        constraints: ClassVar = [
            # Serves the resolver too: list and product lead.
            models.UniqueConstraint(fields=["price_list", "product", "min_quantity", "valid_from", "portal"], name="price_list_line", nulls_distinct=False),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="price_list_line_price"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="price_list_line_quantity"),
            window("price_list_line_window"),
        ]


class PartyPriceList(PartyModel):
    """A price list is assigned to a party; the lowest position is asked first."""

    fn_reads = True

    price_list = TenantKey(PriceList)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "pricing_partypricelist"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "price_list", "portal"], name="party_price_list"),
            models.UniqueConstraint(fields=["party", "position", "portal"], name="party_price_list_position"),
        ]
