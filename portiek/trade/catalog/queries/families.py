"""Reads of families: which there are, what their versions are, and what a list shows of them. Of a version that the actor does not see nothing is said, counted or hinted at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.trade.catalog import rules
from portiek.trade.catalog.models import Attribute, Category, Product, ProductAttribute, ProductFamily
from portiek.trade.catalog.queries.attributes import Narrowed, attributes, attributes_of
from portiek.trade.catalog.queries.product import _below, _side, products_by_id

# Of how many versions, cheapest by list price first, the lowest price of one's own is looked for in a list.
FEW = 6


@dataclass(frozen=True)
class Folded:
    """What one row of a list stands for: how many versions of a family are in that list, and those with the lowest list price."""

    family: ProductFamily
    products: int
    cheapest: list[Product]


def folded(actor: Actor, rows: Iterable[Any], *, search: str = "", category: Category | None = None, inactive: bool = False, within: Narrowed | None = None) -> dict[int, Folded]:
    """Return what the rows of a folded list stand for, by product; a family of which the list has one version alone is that version, and so is what was searched by its very number. Three statements, none where no row is a version."""
    asked = search.strip().upper()
    within, of = within or Narrowed(), {row.family_id: row.pk for row in rows if row.family_id and (not asked or asked not in (row.sku.upper(), row.ean, (row.own_number or "").upper()))}
    if not of:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT family_id, products, cheapest FROM ctx.catalog_folded(%s, %s, %s, %s, %s, %s, %s, %s)",
                       [_side(actor), rules.word_queries(search), _below(category) if category else None, inactive, within.traits, within.stocked, list(of), FEW])
        found = [(family_id, products, cheapest) for family_id, products, cheapest in cursor.fetchall() if products > 1]
    families = ProductFamily.objects.in_bulk([row[0] for row in found])
    there = products_by_id(actor, [pk for row in found for pk in row[2]])
    return {of[key]: Folded(families[key], products, [there[pk] for pk in cheapest if pk in there]) for key, products, cheapest in found if key in families}


@dataclass(frozen=True)
class Versions:
    """The versions of a family that the actor sees, with the attributes in which they differ and what is said of each (by product and code)."""

    family: ProductFamily
    axes: list[Attribute] = field(default_factory=list)
    members: list[Product] = field(default_factory=list)
    said: Mapping[int, Mapping[str, ProductAttribute]] = field(default_factory=dict)


def versions(actor: Actor, product: Product) -> Versions | None:
    """Return the versions of what a product is one of, in the order of what they differ in; None where there is no other that is sold. At most four statements."""
    family = ProductFamily.objects.filter(portal_id=actor.portal_id, pk=product.family_id).first() if product.family_id else None
    if family is None:
        return None
    ids = list(Product.objects.filter(Q(is_active=True) | Q(pk=product.pk), portal_id=actor.portal_id, family=family).order_by("sku").values_list("pk", flat=True)[: rules.MEMBERS])
    if len(ids) < 2:
        return None
    members = products_by_id(actor, ids)
    rows = {key: {row.attribute.code: row for row in found} for key, found in attributes_of(actor, ids).items()}
    known = {row.attribute.code: row.attribute for found in rows.values() for row in found.values()}
    in_order = [code for code in family.axes if code in known] if family.axes else sorted(known, key=lambda code: (known[code].position, known[code].name))
    codes = rules.differing({key: {code: row.value for code, row in rows.get(key, {}).items()} for key in ids}, in_order)

    def place(item: Product) -> tuple[object, ...]:
        found = [rows.get(item.pk, {}).get(code) for code in codes]
        return (*((row is None, row.number if row and row.number is not None else 0, row.value.casefold() if row else "") for row in found), item.sku)

    return Versions(family, [known[code] for code in codes], sorted(members.values(), key=place), rows)


def families_of(actor: Actor, products: Iterable[Product]) -> dict[int, ProductFamily]:
    """Return the families of which products are versions, by id."""
    return ProductFamily.objects.in_bulk({item.family_id for item in products if item.family_id})


def family(actor: Actor, code: str) -> ProductFamily:
    """Return one family by code. Raises NotFound: unknown, and without a version in the assortment, give the same answer."""
    found = ProductFamily.objects.filter(portal_id=actor.portal_id, code=code).first()
    if found is None:
        raise NotFound
    return found


def family_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return one page of families by name, each with how many products are in it (`products`)."""
    page = keyset(ProductFamily.objects.filter(portal_id=actor.portal_id), ("name", "id"), after=after, before=before, size=50)
    counts = dict(Product.objects.filter(portal_id=actor.portal_id, family_id__in=[row.pk for row in page.rows]).values_list("family_id").annotate(Count("pk")))
    for row in page.rows:
        row.products = counts.get(row.pk, 0)
    return page


def members(actor: Actor, family: ProductFamily) -> QuerySet[Product]:
    """Return the products of a family that the actor sees, by number."""
    return Product.objects.filter(portal_id=actor.portal_id, family=family).order_by("sku")


def axis_names(actor: Actor, family: ProductFamily) -> list[str]:
    """Return how the attributes are called in which versions are said to differ."""
    known = {item.code: item.name for item in attributes(actor).filter(code__in=family.axes)} if family.axes else {}
    return [known.get(code, code) for code in family.axes]
