"""Tables of assortments: what a party may see and how it calls it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey

# The assortments of the party in scope; read once a statement.
MINE = "(SELECT ctx.assortments())::bigint[]"


def held(column: str) -> str:
    """Return the policy: one of the party's assortments holds the product in this column.

    OFFSET 0 keeps the planner from hashing the whole assortment for the sake of one page: each row costs one look in the index.
    """
    return f"EXISTS (SELECT FROM catalog_assortmentitem i WHERE i.product_id = {column} AND i.assortment_id = ANY ({MINE}) OFFSET 0)"


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

    fn_reads = True

    assortment = TenantKey(Assortment, db_index=False)
    product = TenantKey("catalog.Product", db_index=False)

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
    category = TenantKey("catalog.Category", null=True)
    products = models.PositiveIntegerField()

    class Meta:
        db_table = "catalog_assortmentcount"
        indexes: ClassVar = [models.Index(fields=["portal", "assortment"], name="count_of_assortment")]


class CustomerProduct(PartyModel):
    """A party's own number for a product, and what it notes with it."""

    party_writes = frozenset({"insert", "update", "delete"})

    product = TenantKey("catalog.Product")
    number = models.CharField(max_length=64)

    class Meta:
        db_table = "catalog_customerproduct"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "product", "portal"], name="own_number_of_product"),
            models.UniqueConstraint(fields=["party", "number", "portal"], name="own_number"),
        ]
