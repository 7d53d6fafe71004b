"""Tables of how products belong together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey
from portiek.trade.catalog.models.assortment import held


class ProductRelation(PortalModel):
    """Another product that a product leads to: what came in its place, what may be taken instead, what goes with it. A party sees it where it sees both.

    One that the ERP says may name a product that is not there yet: `other` is empty until it comes, `erp_other` is its external id.
    """

    class Kind(models.TextChoices):
        SUCCESSOR = "successor", _("Successor")
        ALTERNATIVE = "alternative", _("Alternative")
        ACCESSORY = "accessory", _("Accessory")

    tenancy = "assortment"
    party_reads = True
    party_using = f"{held('catalog_product_relation.product_id')} AND {held('catalog_product_relation.other_id')}"

    product = TenantKey("catalog.Product", db_index=False)
    other = TenantKey("catalog.Product", null=True, blank=True)
    # The ERP's own, which staff leave alone.
    from_erp = models.BooleanField(default=False)
    erp_other = models.CharField(max_length=64, default="", blank=True)
    kind = models.CharField(max_length=11, choices=Kind)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "catalog_product_relation"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "kind", "other", "portal"], name="product_relation_once"),
            models.CheckConstraint(condition=~Q(product=F("other")), name="product_relation_other"),
            models.CheckConstraint(condition=Q(other__isnull=False) | ~Q(erp_other=""), name="product_relation_named"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "erp_other"], name="product_relation_waits", condition=Q(other__isnull=True))]
