"""The table of other units in which products are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from portiek.core.db.models import PortalModel, TenantKey
from portiek.trade.catalog.models.assortment import held


@dataclass(frozen=True)
class Kept:
    """A unit as a line keeps it: its code, its word, and how many sales units went in one of it."""

    code: str
    label: str
    factor: Decimal


class ProductUnit(PortalModel):
    """A unit in which a product is ordered beside its sales unit: a box of twelve. Prices and quantities stay those of the sales unit.

    `code` of UN/ECE Recommendation 20, or of 21 with an X in front; `factor`: sales units in one of it; `weight` in kg of one of it. `is_erp`: the ERP's, which staff leave alone.
    """

    tenancy = "assortment"
    party_reads = True
    party_using = held("catalog_productunit.product_id")

    product = TenantKey("catalog.Product", db_index=False)
    code = models.CharField(max_length=3)
    label = models.CharField(max_length=20)
    label_en = models.CharField(max_length=20, default="", db_default="", blank=True)
    factor = models.DecimalField(max_digits=12, decimal_places=3)
    ean = models.CharField(max_length=14, default="", db_default="", blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    is_erp = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "catalog_productunit"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "code", "portal"], name="product_unit_code"), models.CheckConstraint(condition=Q(factor__gt=0), name="product_unit_factor")]
        indexes: ClassVar = [models.Index(fields=["portal", "ean"], name="product_unit_ean", condition=~Q(ean=""))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The label in the language of the moment."""
        return self.label_en if self.label_en and get_language() == "en" else self.label

    @property
    def kept(self) -> Kept:
        """The unit as a line keeps it."""
        return Kept(self.code, self.name, self.factor)


class InUnit(models.Model):
    """A line that may be kept in another unit than the sales unit. Its quantity is of the sales unit all the same, so that it stays what it was when the unit goes or changes."""

    pack_code = models.CharField(max_length=3, default="", db_default="", blank=True)
    pack_label = models.CharField(max_length=40, default="", db_default="", blank=True)
    pack_factor = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def kept(self) -> Kept | None:
        """The unit as it was chosen; None: the sales unit."""
        return Kept(self.pack_code, self.pack_label, self.pack_factor) if self.pack_factor else None

    def keep(self, unit: Kept | None) -> None:
        """Let the line be in a unit, None: in the sales unit; whoever calls saves it."""
        self.pack_code, self.pack_label, self.pack_factor = (unit.code, unit.label, unit.factor) if unit else ("", "", None)

    def pack_among(self, units: Iterable[ProductUnit]) -> ProductUnit | None:
        """Return the unit of the line among those of its product; None: the sales unit, also where its own is gone or holds another number by now."""
        return next((unit for unit in units if unit.code == self.pack_code and unit.factor == self.pack_factor), None)

    def lost(self, units: Iterable[ProductUnit]) -> str:
        """Return the word of the unit that it was kept in and that is not there any more; empty: nothing is lost."""
        return self.pack_label if self.pack_factor and self.pack_among(units) is None else ""
