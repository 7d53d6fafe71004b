"""Tables of attributes: what can be said of products, and what is said of each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import ErpOwned, PortalModel, TenantKey
from portiek.trade.catalog.models.assortment import held


class Attribute(ErpOwned, PortalModel):
    """Something that can be said of products: an ETIM feature by its code, or one of the portal's own. One with an `external_id` is the ERP's but for its place and whether one narrows by it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Figure")
        RANGE = "range", _("Range")
        LOGIC = "logic", _("Yes or no")

    party_reads = True
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="", blank=True)
    kind = models.CharField(max_length=6, choices=Kind)
    unit = models.CharField(max_length=20, default="", blank=True)
    position = models.PositiveIntegerField(default=100)
    # Whether lists are narrowed by it.
    narrows = models.BooleanField(default=True)

    class Meta:
        db_table = "catalog_attribute"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="attribute_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="attribute_external"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "position", "name", "id"], name="attribute_in_order")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class EtimName(PortalModel):
    """What a code of ETIM is called: a class (EC), a feature (EF), a value (EV) or a unit (EU). ETIM's own list, which staff bring in: catalogues write the codes alone."""

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "catalog_etim_name"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "code"], name="etim_name_code")]


class ProductAttribute(PortalModel):
    """What an attribute of a product is. `value` as it is compared: words, "12.5", "10..20", "1" or "0"; `number` and `until` are its figures in the attribute's unit."""

    tenancy = "assortment"
    party_reads = True
    fn_reads = True
    party_using = held("catalog_product_attribute.product_id")

    product = TenantKey("catalog.Product", db_index=False)
    attribute = TenantKey(Attribute)
    value = models.CharField(max_length=200)
    value_en = models.CharField(max_length=200, default="", blank=True)
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    until = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    from_erp = models.BooleanField(default=False)

    class Meta:
        db_table = "catalog_product_attribute"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "attribute", "portal"], name="product_attribute_once"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(number__lte=models.F("until")), name="product_attribute_range"),
        ]
