"""Tables of products, stock and assortments."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import get_language

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey
from portiek.foundation.fields.models import SEEN, Value

# The assortments of the party in scope; read once a statement.
MINE = "(SELECT ctx.assortments())::bigint[]"


def held(column: str) -> str:
    """Return the policy: one of the party's assortments holds the product in this column.

    OFFSET 0 keeps the planner from hashing the whole assortment for the sake of one page: each row costs one look in the index.
    """
    return f"EXISTS (SELECT FROM catalog_assortmentitem i WHERE i.product_id = {column} AND i.assortment_id = ANY ({MINE}) OFFSET 0)"


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

    The ERP owns every field but `summary`, `specs`, `icon` and `popularity`. `list_price` per unit, None: on request. `tax_rate` in percent.
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
    is_active = models.BooleanField(default=True, db_default=True)
    summary = models.TextField(default="", db_default="", blank=True)
    specs = models.JSONField(default=list, db_default=[], blank=True)
    icon = models.CharField(max_length=40, default="", db_default="", blank=True)
    popularity = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "catalog_product"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "sku"], name="product_sku"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="product_external"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0, step_quantity__gt=0), name="product_quantities"),
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
    def label(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class ProductSearch(PortalModel):
    """What the search reads of a product, apart from it: a sync that changes a price touches no text index.

    `source` is what `words` was made of; `assortments` the ones that hold the product, as written by the actions. Only the functions
    of sql/search.sql read it, and every hit is fetched through the product's own row security.
    """

    fn_reads = True

    product = TenantKey(Product, db_index=False)
    category = TenantKey(Category, null=True, db_index=False)
    popularity = models.PositiveIntegerField(default=0, db_default=0)
    is_active = models.BooleanField(default=True, db_default=True)
    assortments = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    source = models.TextField(default="", db_default="")
    words = SearchVectorField(null=True)

    class Meta:
        db_table = "catalog_productsearch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "portal"], name="search_product")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "popularity", "product"], name="search_popular"),
            models.Index(fields=["portal", "category", "popularity", "product"], name="search_category"),
            GinIndex(fields=["assortments", "words"], name="search_words"),
        ]


class Stock(ErpOwned, PortalModel):
    """The stock of one product in one warehouse, in the product's sales unit. `available`: what may be promised today."""

    tenancy = "assortment"
    party_reads = True
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


class Assortment(ErpOwned, PortalModel):
    """A set of products that parties may be given. `holds_all`: every product of the ERP gets a row in it as it comes."""

    tenancy = "assortment"
    party_reads = True
    party_using = f"id = ANY ({MINE})"
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    holds_all = models.BooleanField(default=False, db_default=False)
    # Whether a party that is given nothing else sees this one.
    is_default = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "catalog_assortment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="assortment_code"),
            models.UniqueConstraint(fields=["portal"], name="assortment_default", condition=Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return self.name


class AssortmentItem(PortalModel):
    """A product is in an assortment: the row from which row security takes what a party sees."""

    tenancy = "assortment"
    party_reads = True
    party_using = f"assortment_id = ANY ({MINE})"

    assortment = TenantKey(Assortment, db_index=False)
    product = TenantKey(Product, db_index=False)

    class Meta:
        db_table = "catalog_assortmentitem"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "assortment", "portal"], name="assortment_item")]
        indexes: ClassVar = [models.Index(fields=["assortment", "product"], name="item_of_assortment")]


class PartyAssortment(PartyModel):
    """A party is given an assortment."""

    fn_reads = True

    assortment = TenantKey(Assortment)

    class Meta:
        db_table = "catalog_partyassortment"
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "assortment", "portal"], name="party_assortment")]


class AssortmentCount(PortalModel):
    """How many active products of a category an assortment holds, counted after each change; without an assortment: the whole portal."""

    tenancy = "assortment"
    party_reads = True
    party_using = f"assortment_id = ANY ({MINE})"

    assortment = TenantKey(Assortment, null=True)
    category = TenantKey(Category, null=True)
    products = models.PositiveIntegerField()

    class Meta:
        db_table = "catalog_assortmentcount"
        indexes: ClassVar = [models.Index(fields=["portal", "assortment"], name="count_of_assortment")]


class CustomerProduct(PartyModel):
    """A party's own number for a product, and what it notes with it."""

    party_writes = frozenset({"insert", "update", "delete"})

    product = TenantKey(Product)
    number = models.CharField(max_length=64)

    class Meta:
        db_table = "catalog_customerproduct"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "product", "portal"], name="own_number_of_product"),
            models.UniqueConstraint(fields=["party", "number", "portal"], name="own_number"),
        ]


class CatalogSync(PortalModel):
    """When the ERP was last heard about a kind of data, whether or not it had news."""

    class Kind(models.TextChoices):
        CATEGORY = "category"
        PRODUCT = "product"
        STOCK = "stock"

    party_reads = True

    kind = models.CharField(max_length=10, choices=Kind)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "catalog_sync"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "kind"], name="catalog_sync_kind")]


class FruitlessSearch(PortalModel):
    """Words that found no product, and how often on one day; of nobody in particular. Parties neither read nor write it: a job of the portal counts."""

    words = models.CharField(max_length=60)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "catalog_fruitless_search"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "words", "day"], name="fruitless_search_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "day"], name="fruitless_search_day")]
