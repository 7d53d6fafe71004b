"""The table of free goods: what comes free of charge with a quantity of the same article, for a time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PortalModel, TenantKey
from portiek.trade.pricing.models.shared import window


class FreeGoods(ErpOwned, PortalModel):
    """With each full `buy` of a product `give` more come free of charge: for one party, a customer group, who is served by a price list, or everybody. Both days count; None: open.

    Only sql/free.sql reads it for a party, and gives what counts for that party alone.
    """

    fn_reads = True

    name = models.CharField(max_length=80)
    product = TenantKey("catalog.Product", db_index=False)
    buy = models.DecimalField(max_digits=12, decimal_places=3)
    give = models.DecimalField(max_digits=12, decimal_places=3)
    customer = TenantKey("parties.Party", null=True, blank=True)
    group = TenantKey("pricing.CustomerGroup", null=True, blank=True)
    price_list = TenantKey("pricing.PriceList", null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pricing_freegoods"
        indexes: ClassVar = [models.Index(fields=["product"], name="free_goods_of_product"), models.Index(fields=["portal", "name", "id"], name="free_goods_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "external_id"], name="free_goods_external"),
            models.CheckConstraint(condition=Q(buy__gt=0, give__gt=0), name="free_goods_quantities"),
            models.CheckConstraint(condition=Q(group=None, price_list=None) | Q(customer=None, price_list=None) | Q(customer=None, group=None), name="free_goods_for_one"),
            window("free_goods_window"),
        ]

    def __str__(self) -> str:
        return self.name
