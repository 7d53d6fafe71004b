"""Tables of products, their groups and their stock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import get_language

from portiek.core.db.models import ErpOwned, PortalModel, TenantKey
from portiek.foundation.fields.models import SEEN, Value
from portiek.trade.catalog.models.assortment import held
from portiek.trade.catalog.rules import PRICES_OLD_AFTER


class Category(ErpOwned, PortalModel):
    """A group of products, in a tree of at most a few levels. The words are the ERP's."""

    party_reads = True

    code = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, default="", blank=True)
    parent = TenantKey("catalog.Category", null=True, blank=True)
    icon = models.CharField(max_length=40, default="", db_default="", blank=True)
    position = models.PositiveIntegerField(default=0, db_default=0)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "catalog_category"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="category_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="category_external"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Product(ErpOwned, PortalModel):
    """Something sold, in its sales unit; a party sees it only through its assortments.

    The ERP owns every field but `max_quantity`, `own_lead_days`, `summary`, `icon`, `popularity`, `picture` and `family`, which may be the portal's own. `list_price` per unit, None: on request. `tax_rate` in percent.
    """

    tenancy = "assortment"
    party_reads = True
    fn_reads = True
    party_using = held("catalog_product.id")
    ERP_FIELDS = (
        "sku",
        "name",
        "name_en",
        "description",
        "category_id",
        "unit_code",
        "unit_label",
        "ean",
        "min_quantity",
        "step_quantity",
        "list_price",
        "tax_rate",
        "discount_group",
        "weight",
        "lead_days",
        "is_active",
    )

    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    description = models.TextField(default="", db_default="", blank=True)
    category = TenantKey(Category, null=True, blank=True)
    unit_code = models.CharField(max_length=3, default="C62", db_default="C62")
    unit_label = models.CharField(max_length=20, default="stuk", db_default="stuk")
    ean = models.CharField(max_length=14, default="", db_default="", blank=True)
    min_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=1, db_default=1)
    step_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=1, db_default=1)
    list_price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=21, db_default=21)
    discount_group = models.CharField(max_length=20, default="", db_default="", blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    # How many working days it takes to get what is not there, as the ERP says; none: it says nothing, and the portal's own counts.
    lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    own_lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)
    # In one order, in sales units; the portal's own.
    max_quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    summary = models.TextField(default="", db_default="", blank=True)
    icon = models.CharField(max_length=40, default="", db_default="", blank=True)
    popularity = models.PositiveIntegerField(default=0, db_default=0)
    # The digest of the picture that is shown, which is part of its address; empty without one.
    picture = models.CharField(max_length=16, default="", db_default="", blank=True)
    family = TenantKey("catalog.ProductFamily", null=True, blank=True)
    # What tells it apart in its family, where another one there has the same name.
    variant = models.CharField(max_length=200, default="", db_default="", blank=True)
    variant_en = models.CharField(max_length=200, default="", db_default="", blank=True)

    class Meta:
        db_table = "catalog_product"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "sku"], name="product_sku"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="product_external"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0, step_quantity__gt=0), name="product_quantities"),
            models.CheckConstraint(condition=Q(max_quantity__isnull=True) | Q(max_quantity__gt=0), name="product_maximum"),
            models.CheckConstraint(condition=Q(lead_days__isnull=True) | Q(lead_days__lte=365), name="product_lead"),
            models.CheckConstraint(condition=Q(own_lead_days__isnull=True) | Q(own_lead_days__lte=365), name="product_own_lead"),
            models.CheckConstraint(condition=Q(list_price__isnull=True) | Q(list_price__gte=0), name="product_price"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="product_tax"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "ean"], name="product_ean", condition=~Q(ean="")),
            models.Index("portal", Upper("sku"), name="product_code"),
            models.Index(fields=["category"], name="product_category"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def lead(self) -> int | None:
        """How many working days it takes to get what is not there: the ERP goes before."""
        return self.own_lead_days if self.lead_days is None else self.lead_days

    @property
    def label(self) -> str:
        """The name in the language of the moment, with what tells it apart."""
        english = get_language() == "en"
        name, variant = (self.name_en or self.name, self.variant_en) if english else (self.name, self.variant)
        return f"{name}, {variant}" if variant else name


class Stock(ErpOwned, PortalModel):
    """The stock of one product in one warehouse, in the product's sales unit. `available`: what may be promised today."""

    tenancy = "assortment"
    party_reads = True
    fn_reads = True
    party_using = held("catalog_stock.product_id")

    product = TenantKey(Product, db_index=False)
    warehouse = models.CharField(max_length=40, default="", db_default="")
    warehouse_name = models.CharField(max_length=120, default="", db_default="")
    on_hand = models.DecimalField(max_digits=14, decimal_places=3, default=0, db_default=0)
    available = models.DecimalField(max_digits=14, decimal_places=3, default=0, db_default=0)
    expected_at = models.DateField(null=True, blank=True)
    expected_quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)

    class Meta:
        db_table = "catalog_stock"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "warehouse", "portal"], name="stock_place")]


class ProductValue(Value, PortalModel):
    """A field of the portal's own making on a product. A party sees it where it sees both the product and the field."""

    tenancy = "assortment"
    party_reads = True
    party_using = f"{SEEN} AND {held('catalog_product_value.product_id')}"

    product = TenantKey(Product, db_index=False)

    class Meta:
        db_table = "catalog_product_value"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "field", "portal"], name="product_value_once")]
        indexes: ClassVar = [models.Index(fields=["field", "value", "product"], name="product_value_found")]


class CatalogSync(PortalModel):
    """When the ERP was last heard about a kind of data, whether or not it had news."""

    class Kind(models.TextChoices):
        CATEGORY = "category"
        PRODUCT = "product"
        STOCK = "stock"
        PRICE_LIST = "price_list"
        AGREEMENT = "agreement"
        DISCOUNT = "discount"

    party_reads = True

    kind = models.CharField(max_length=10, choices=Kind)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "catalog_sync"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "kind"], name="catalog_sync_kind")]


class FreshnessLimit(PortalModel):
    """After how many hours without a word from the ERP its figures count as old, stock and prices apart; without a row after a day and a week."""

    party_reads = True

    hours = models.PositiveSmallIntegerField()
    price_hours = models.PositiveSmallIntegerField(default=PRICES_OLD_AFTER)

    class Meta:
        db_table = "catalog_freshness_limit"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="freshness_limit_once")]

    def __str__(self) -> str:
        return str(self.hours)
