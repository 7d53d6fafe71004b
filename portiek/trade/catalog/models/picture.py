"""The table of pictures of products."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PortalModel, TenantKey
from portiek.trade.catalog.models.assortment import held


class ProductPicture(PortalModel):
    """A picture of a product, drawn anew from what came: one from each origin at most. The first in the order of origins is the one that is shown; the product knows its digest.

    The large one belongs to a file of the staff, which no party sees: its hash stands here as well. `marker`: what was drawn, so that the same is not drawn twice; `wanted`: what the ERP has and is still to be fetched.
    """

    class Origin(models.TextChoices):
        STAFF = "staff"
        DOCUMENTS = "documents"
        ERP = "erp"

    tenancy = "assortment"
    party_reads = True
    party_using = held("catalog_product_picture.product_id")

    product = TenantKey("catalog.Product", db_index=False)
    origin = models.CharField(max_length=9, choices=Origin)
    # Empty: there is none yet, or none that can be drawn.
    digest = models.CharField(max_length=16, default="", blank=True)
    thumbnail = models.BinaryField(default=b"")
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    marker = models.CharField(max_length=200, default="", blank=True)
    wanted = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "catalog_product_picture"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "origin", "portal"], name="product_picture_once")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "digest"], name="product_picture_shown", condition=~Q(digest="")),
            models.Index(fields=["portal", "id"], name="product_picture_wanted", condition=~Q(wanted="")),
        ]
