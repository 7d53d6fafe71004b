"""The table of families: products that differ in a few attributes alone."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language

from portiek.core.db.models import ErpOwned, PortalModel


class ProductFamily(ErpOwned, PortalModel):
    """One thing in several versions, such as a screw in its sizes; each version is a product. One with an `external_id` is the ERP's but for `folds`.

    A party sees a family through the members that it sees. `axes`: codes of the attributes in which the members differ, in the order in which one chooses; empty: whatever differs.
    """

    tenancy = "assortment"
    party_reads = True
    # Read through the product's own policy; OFFSET 0 keeps it one look in an index for each row.
    party_using = "EXISTS (SELECT FROM catalog_product p WHERE p.family_id = catalog_product_family.id AND p.is_active OFFSET 0)"

    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    axes = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    # Whether lists show it as one row.
    folds = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "catalog_product_family"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="product_family_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="product_family_external"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "name", "id"], name="product_family_in_order")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if self.name_en and get_language() == "en" else self.name
