"""Reads of attributes: what can be said of products, what is said of some, and what a list can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.trade.catalog import etim, measures, rules
from portiek.trade.catalog.models import Attribute, Category, EtimName, Product, ProductAttribute
from portiek.trade.catalog.queries.product import _below, _side
from portiek.trade.catalog.records import BRAND

# Of how many products the values are counted, and how many attributes with how many values are offered.
LOOKED_AT, OFFERED, VALUES, MOST_CHOSEN = 500, 8, 12, 12
# How many products stand beside each other.
COMPARED = 4


def attributes(actor: Actor) -> QuerySet[Attribute]:
    """Return what can be said of products, in the portal's order."""
    return Attribute.objects.filter(portal_id=actor.portal_id).order_by("position", "name", "pk")


def attribute_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return one page of what can be said of products."""
    return keyset(attributes(actor), ("position", "name", "id"), after=after, before=before, size=50)


def attribute(actor: Actor, code: str) -> Attribute:
    """Return one attribute by code. Raises NotFound."""
    found = attributes(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def attributes_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, list[ProductAttribute]]:
    """Return what is said of each of these products, with the attributes."""
    found: dict[int, list[ProductAttribute]] = {}
    for row in ProductAttribute.objects.filter(product_id__in=list(product_ids)).select_related("attribute").order_by("attribute__position", "attribute__name", "pk"):
        found.setdefault(row.product_id, []).append(row)
    return found


def brands_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, str]:
    """Return of which brand these products are, as far as it is said. One statement."""
    return dict(ProductAttribute.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids), attribute__code=BRAND).values_list("product_id", "value"))


def of_brands(actor: Actor, brands: Iterable[str]) -> QuerySet[ProductAttribute]:
    """Return what is said of the products of these brands that the actor sees, however they are written."""
    return ProductAttribute.objects.filter(portal_id=actor.portal_id, attribute__code=BRAND).annotate(brand=Lower("value")).filter(brand__in=[brand.lower() for brand in brands])


def etim_names(actor: Actor, codes: Iterable[str] | None = None) -> dict[str, tuple[str, str]]:
    """Return what codes of ETIM are called, these or all, in Dutch and English. One statement."""
    found = EtimName.objects.filter(portal_id=actor.portal_id) if codes is None else EtimName.objects.filter(portal_id=actor.portal_id, code__in=list(codes))
    return {code: (name, name_en) for code, name, name_en in found.values_list("code", "name", "name_en")}


def etim_names_known(actor: Actor) -> int:
    """Return how many codes of ETIM have a name."""
    return EtimName.objects.filter(portal_id=actor.portal_id).count()


def said_by_erp(actor: Actor, external_ids: Sequence[str]) -> bool:
    """Whether the ERP says anything of one of these products."""
    return ProductAttribute.objects.filter(portal_id=actor.portal_id, from_erp=True, product__external_id__among=external_ids).exists()


def compared(actor: Actor, skus: Sequence[str]) -> list[Product]:
    """Return the first COMPARED of these products that the actor sees, in the order in which they are named."""
    wanted = [sku for sku in dict.fromkeys(skus[: 4 * COMPARED]) if sku and "\0" not in sku and len(sku) <= 64]
    there = {item.sku: item for item in Product.objects.filter(portal_id=actor.portal_id, sku__in=wanted).select_related("category", "portal")} if wanted else {}
    return [there[sku] for sku in wanted if sku in there][:COMPARED]


@dataclass(frozen=True)
class Value:
    """A value that a list can be narrowed to: how many products have it among those looked at, and whether it is chosen."""

    value: str
    products: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """An attribute that a list can be narrowed by, with its values."""

    attribute: Attribute
    values: list[Value]


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to: attributes with a value each, and whether only what is in stock."""

    chosen: tuple[tuple[Attribute, str], ...] = ()
    stocked: bool = False

    @property
    def traits(self) -> list[int]:
        """What the search knows them by."""
        return [measures.trait(attribute.pk, value) for attribute, value in self.chosen]

    def __bool__(self) -> bool:
        return bool(self.chosen or self.stocked)


def narrowed(actor: Actor, given: Sequence[str], *, stocked: bool = False) -> Narrowed:
    """Read what a list is narrowed to, as "code~value" each; what is no attribute here is left out."""
    wanted = [(code, value[: measures.LONGEST]) for code, sign, value in (text.replace("\0", "").partition("~") for text in given[:MOST_CHOSEN]) if sign and value]
    known = {item.code: item for item in attributes(actor).filter(code__in=[code for code, _value in wanted])} if wanted else {}
    return Narrowed(tuple(dict.fromkeys((known[code], value) for code, value in wanted if code in known)), stocked)


def offered(actor: Actor, *, search: str = "", category: Category | None = None, inactive: bool = False, within: Narrowed | None = None) -> list[Facet]:
    """Return what a list can be narrowed by, counted among the first of its products: the attributes that most of them have. One statement, and one for the names."""
    within = within or Narrowed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT attribute_id, value, products FROM ctx.catalog_traits(%s, %s, %s, %s, %s, %s, %s)",
                       [_side(actor), rules.word_queries(search), _below(category) if category else None, inactive, within.traits, within.stocked, LOOKED_AT])
        rows = cursor.fetchall()
    counts: dict[int, dict[str, int]] = {}
    for key, value, products in rows:
        counts.setdefault(key, {})[value] = products
    chosen = {(item.pk, value) for item, value in within.chosen}
    # One value for all says nothing, unless it was chosen.
    telling = [key for key, values in counts.items() if len(values) > 1 or any((key, value) in chosen for value in values)]
    names = attributes(actor).in_bulk(telling) if telling else {}
    # What nobody named yet is nothing to choose.
    telling = [key for key in telling if key in names and not etim.is_bare(names[key].name, names[key].unit)]
    best = sorted(telling, key=lambda key: -sum(counts[key].values()))[:OFFERED]
    facets = [Facet(item, _values(item, counts[item.pk], chosen)) for item in sorted((names[key] for key in best), key=lambda item: (item.position, item.name, item.pk))]
    return [facet for facet in facets if facet.values]


def _values(item: Attribute, counts: Mapping[str, int], chosen: set[tuple[int, str]]) -> list[Value]:
    """Return the values that most products have, in their own order: figures by size, words by letter."""
    kept = sorted((value for value in counts if not etim.is_bare(value)), key=lambda value: ((item.pk, value) not in chosen, -counts[value]))[:VALUES]
    in_order = sorted(kept, key=lambda value: (measures.read(item.kind, "", value).number or 0, value) if item.kind in ("number", "range") else (0, value.casefold()))
    return [Value(value, counts[value], (item.pk, value) in chosen) for value in in_order]
