"""Tables of searching: what it reads, and what it did not find."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from portiek.core.db.models import PortalModel, TenantKey


class ProductSearch(PortalModel):
    """What the search reads of a product, apart from it: a sync that changes a price touches no text index.

    `source` is what `words` was made of; `assortments` the ones that hold the product, as written by the actions. Only the functions
    of sql/search.sql read it, and every hit is fetched through the product's own row security.
    """

    fn_reads = True

    product = TenantKey("catalog.Product", db_index=False)
    category = TenantKey("catalog.Category", null=True, db_index=False)
    # Of a family that lists show as one row.
    family = TenantKey("catalog.ProductFamily", null=True, db_index=False)
    popularity = models.PositiveIntegerField(default=0, db_default=0)
    is_active = models.BooleanField(default=True, db_default=True)
    assortments = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    source = models.TextField(default="", db_default="")
    words = SearchVectorField(null=True)
    # What is said of the product, as numbers (`measures.trait`).
    traits = ArrayField(models.IntegerField(), default=list, db_default=[])

    class Meta:
        db_table = "catalog_productsearch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "portal"], name="search_product")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "popularity", "product"], name="search_popular"),
            models.Index(fields=["portal", "category", "popularity", "product"], name="search_category"),
            models.Index(fields=["family", "popularity", "product"], name="search_family", condition=Q(family__isnull=False)),
            GinIndex(fields=["assortments", "words"], name="search_words"),
            GinIndex(fields=["traits"], name="search_traits"),
        ]


class FruitlessSearch(PortalModel):
    """Words that found no product, and how often on one day; of nobody in particular. Parties neither read nor write it: a job of the portal counts."""

    words = models.CharField(max_length=60)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "catalog_fruitless_search"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "words", "day"], name="fruitless_search_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "day"], name="fruitless_search_day")]
