"""Reads of products, stock, categories and assortments. Row security decides what exists: what no assortment of the party holds is not there."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Func, Max, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject, Lower, Upper

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.pages import Page, keyset
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import errors, rules
from portiek.trade.catalog.models import (
    Assortment,
    AssortmentCount,
    AssortmentItem,
    CatalogSync,
    Category,
    CustomerProduct,
    FreshnessLimit,
    FruitlessSearch,
    PartyAssortment,
    Product,
    Stock,
    Supply,
    Warehouse,
)

PAGE = 25
# A search counts no further than this: "1.000+" says enough.
COUNTED = 1000
SEARCHED = 1000


def products(actor: Actor, *, search: str = "", category: Category | None = None, inactive: bool = False, traits: Sequence[int] = (), stocked: bool = False, family: str = "") -> QuerySet[Product]:
    """Return the products the actor may see, to page over as one likes; a search yields the thousand most popular hits at most."""
    found = Product.objects.filter(portal_id=actor.portal_id).select_related("category")
    if not inactive:
        found = found.filter(is_active=True)
    if family:
        found = found.filter(family__code=family, family__portal_id=actor.portal_id)
    words = rules.word_queries(search)
    if search.strip() and not words:
        return found.none()
    if words or traits or stocked:
        found = found.filter(
            pk__in=RawSQL("SELECT product_id FROM ctx.catalog_find(%s, %s, %s, %s, NULL, NULL, false, %s, %s, %s)", [_side(actor), words, None, inactive, SEARCHED, list(traits), stocked])
        )
    return found.filter(category_id__in=_below(category)) if category else found


def product(actor: Actor, sku: str) -> Product:
    """Return one product by number. Raises NotFound: unknown and outside the assortment give the same answer."""
    found = Product.objects.filter(portal_id=actor.portal_id, sku=sku).select_related("category", "portal").first()
    if found is None:
        raise NotFound
    return found


def products_by_id(actor: Actor, ids: Iterable[int]) -> dict[int, Product]:
    """Return the visible ones of these products by id, with their category, what a price is calculated by and the party's own number as `own_number`."""
    own = CustomerProduct.objects.filter(product=OuterRef("pk"), party_id=actor.party_id or 0).values("number")[:1]
    return {item.pk: item for item in Product.objects.filter(pk__in=list(ids)).select_related("category", "portal").annotate(own_number=Subquery(own))}


def products_by_sku(actor: Actor, skus: Sequence[str]) -> dict[str, Product]:
    """Return the visible ones of these products by article number."""
    return {item.sku: item for item in Product.objects.filter(portal_id=actor.portal_id, sku__in=[sku for sku in skus if "\0" not in sku])}


def products_by_code(actor: Actor, codes: Sequence[str]) -> dict[str, list[Product]]:
    """Return the active products for each code: own number first, else SKU, else EAN; large and small letters alike. Three statements, at the same cost among any number of products.

    A code with more than one product is ambiguous; one without any is not in the dictionary.
    """
    wanted: dict[str, list[str]] = {}
    for code in codes:
        if code.strip():
            wanted.setdefault(code.strip().upper(), []).append(code)
    if not wanted:
        return {}
    own = (
        {
            number.upper(): key
            for number, key in CustomerProduct.objects.annotate(code=Upper("number"))
            .filter(party_id=actor.party_id, code__in=list(wanted))
            .values_list("number", "product_id")
        }
        if actor.party_id
        else {}
    )
    found: dict[str, list[Product]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.catalog_codes(%s, %s)", [_side(actor), list(wanted)])
        ids = [row[0] for row in cursor.fetchall()]
    by = Product.objects.filter(pk__in=[*own.values(), *ids], portal_id=actor.portal_id, is_active=True)
    ranked: dict[str, dict[int, list[Product]]] = {}
    for item in by.select_related("category"):
        for rank, key in [*((0, number) for number, pk in own.items() if pk == item.pk), (1, item.sku.upper()), (2, item.ean)]:
            if key in wanted:
                ranked.setdefault(key, {}).setdefault(rank, []).append(item)
    for key, ranks in ranked.items():
        found |= dict.fromkeys(wanted[key], ranks[min(ranks)])
    return found


def products_by_key(actor: Actor, keys: Sequence[str]) -> dict[str, list[Product]]:
    """Return the active products for each code without its signs (`rules.code_key`), of article numbers and the party's own: at most three statements."""
    wanted = {key for key in keys if key.isascii() and key.isalnum()}
    if not wanted:
        return {}
    own: dict[int, str] = {}
    if actor.party_id:
        bare = Func(Lower("number"), Value("[^a-z0-9]"), Value(""), Value("g"), function="regexp_replace")
        own = dict(CustomerProduct.objects.annotate(key=bare).filter(party_id=actor.party_id, key__in=wanted).values_list("product_id", "key"))
    with connection.cursor() as cursor:
        # Ends of codes are among the words as well: four of each is room enough, and what is not the whole code falls away below.
        cursor.execute("SELECT product_id FROM ctx.catalog_find(%s, %s, NULL, false, NULL, NULL, false, %s)", [_side(actor), [" | ".join(sorted(key[:60] for key in wanted))], 4 * len(wanted) + 20])
        ids = [row[0] for row in cursor.fetchall()]
    found: dict[str, list[Product]] = {}
    for item in Product.objects.filter(pk__in=[*own, *ids], portal_id=actor.portal_id, is_active=True).order_by("pk"):
        for key in {own.get(item.pk, ""), rules.code_key(item.sku)} & wanted:
            found.setdefault(key, []).append(item)
    return found


def _side(actor: Actor) -> str:
    return "staff" if actor.is_staff else "party"


def page(
    actor: Actor,
    *,
    search: str = "",
    category: Category | None = None,
    after: str | None = None,
    before: str | None = None,
    inactive: bool = False,
    among: QuerySet[Any] | None = None,
    size: int = PAGE,
    traits: Sequence[int] = (),
    stocked: bool = False,
    folded: bool = False,
) -> Page:
    """Return one page of products, most popular first, at the same cost at any depth: two statements, one more for a search of a party.

    On the first page of a search, products whose own number begins with what was typed lead. `among`: only those of these ids, by article number.
    `traits`: only those of which all of this is said (`measures.trait`); `stocked`: only those of which something is available; `folded`: of each family its most popular version alone, and first of all what has this very number.
    """
    if among is not None:
        narrowed = keyset(products(actor, search=search, category=category, inactive=inactive, traits=traits, stocked=stocked).filter(pk__in=among), ("sku", "id"), after=after, before=before, size=size)
        there = products_by_id(actor, [item.pk for item in narrowed.rows])
        return Page([there[item.pk] for item in narrowed.rows], narrowed.next, narrowed.previous)
    words = rules.word_queries(search)
    if search.strip() and not words:
        return Page([], None, None)
    cursor = _read(after or before)
    back = cursor is not None and after is None
    own = _own_hits(actor, search, category) if search and cursor is None and not (traits or stocked) else []
    if folded and cursor is None and " " not in search.strip() and any(map(str.isdigit, search)):
        # A version's own number leads to it, also where words would find others of its family.
        own = [item.pk for item in products_by_code(actor, [search]).get(search, ())] + own
    popular, last = cursor or (None, None)
    with connection.cursor() as found:
        found.execute(
            "SELECT product_id, popularity FROM ctx.catalog_find(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_side(actor), words, _below(category) if category else None, inactive, popular, last, back, size + 1, list(traits), stocked, folded],
        )
        rows: list[tuple[int, int]] = found.fetchall()
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    there = products_by_id(actor, [*own, *(pk for pk, _popularity in rows)])
    shown = [there[pk] for pk in dict.fromkeys([*own, *(pk for pk, _popularity in rows)]) if pk in there]
    older, newer = (True, more) if back else (more, cursor is not None)
    return Page(shown, _mark(rows[-1]) if rows and older else None, _mark(rows[0]) if rows and newer else None)


def _mark(row: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([row[1], row[0]], separators=(",", ":")).encode()).decode().rstrip("=")


def _read(text: str | None) -> tuple[int, int] | None:
    """Read a cursor; anything that we did not make is the first page."""
    try:
        popularity, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text and len(text) < 100 else (None, None)
    except (ValueError, TypeError):
        return None
    good = type(popularity) is int and type(key) is int and 0 <= popularity < 2**31 and 0 < key < 2**63
    return (popularity, key) if good else None  # type: ignore[return-value]


def _own_hits(actor: Actor, search: str, category: Category | None) -> list[int]:
    if actor.party_id is None:
        return []
    found = CustomerProduct.objects.filter(party_id=actor.party_id, number__istartswith=search.strip())
    if category:
        found = found.filter(product__category_id__in=_below(category))
    return list(found.order_by("number").values_list("product_id", flat=True)[:PAGE])


def _below(category: Category) -> list[int]:
    """Return the category with its children and theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE tree(id) AS (SELECT %s::bigint UNION SELECT c.id FROM catalog_category c JOIN tree t ON c.parent_id = t.id) SELECT
            array_agg(id) FROM tree""",
            [category.pk],
        )
        found: list[int] = cursor.fetchone()[0]
    return found


def stock(actor: Actor, product_ids: Iterable[int], *, party_id: int | None = None) -> dict[int, list[Any]]:
    """Return the stock of products per warehouse, each row with when the ERP was last heard (`heard`), after how many hours that is old (`hours`, None: as usual) and the one warehouse that supplies the party, as {"code", "name"} or None (`supplied`). One statement."""
    heard = CatalogSync.objects.filter(portal_id=actor.portal_id, kind=CatalogSync.Kind.STOCK).values("as_of")[:1]
    supplied = Supply.objects.filter(portal_id=actor.portal_id, party_id=party_id or 0).values(place=JSONObject(code="warehouse__code", name="warehouse__name"))[:1]
    limit = FreshnessLimit.objects.filter(portal_id=actor.portal_id).values("hours")[:1]
    found: dict[int, list[Any]] = {}
    for row in Stock.objects.filter(product_id__in=list(product_ids)).annotate(heard=Subquery(heard), hours=Subquery(limit), supplied=Subquery(supplied)).order_by("product_id", "warehouse"):
        found.setdefault(row.product_id, []).append(row)
    return found


def warehouses(actor: Actor) -> QuerySet[Warehouse]:
    """Return the places that have stock, by name."""
    return Warehouse.objects.filter(portal_id=actor.portal_id).order_by("name", "code")


def own_numbers(actor: Actor, product_ids: Iterable[int], *, party_id: int | None = None) -> dict[int, str]:
    """Return the party's own numbers of products; staff and the portal itself name the party."""
    whose = actor.party_id or (party_id if actor.is_staff else None)
    return dict(CustomerProduct.objects.filter(portal_id=actor.portal_id, party_id=whose, product_id__in=list(product_ids)).values_list("product_id", "number")) if whose else {}


def numbered(actor: Actor) -> QuerySet[CustomerProduct]:
    """Return the party's own numbers with their products, as far as it sees those."""
    return CustomerProduct.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, product__is_active=True).select_related("product")


def category(actor: Actor, code: str) -> Category:
    """Return one category by code. Raises NotFound."""
    found = Category.objects.filter(portal_id=actor.portal_id, code=code, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def categories(actor: Actor) -> QuerySet[Category]:
    """Return the categories of the portal."""
    return Category.objects.filter(portal_id=actor.portal_id, is_active=True).order_by("position", "name", "pk")


@dataclass(frozen=True, slots=True)
class Facets:
    """How many products each category holds, inside the assortment and the search; `capped`: there are more than were counted."""

    counts: dict[int | None, int]
    capped: bool

    @property
    def total(self) -> int:
        """How many products there are, or were counted."""
        return sum(self.counts.values())


def facets(actor: Actor, *, search: str = "", inactive: bool = False, traits: Sequence[int] = (), stocked: bool = False) -> Facets:
    """Return the number of active products per category: kept counts where one assortment is asked whole, else counted up to a thousand."""
    words = rules.word_queries(search)
    if search.strip() and not words:
        return Facets({}, False)
    if not words and not inactive and not traits and not stocked:
        kept = list(
            AssortmentCount.objects.filter(portal_id=actor.portal_id, **({"assortment": None} if actor.is_staff else {})).values_list(
                "assortment_id", "category_id", "products"
            )
        )
        if len({row[0] for row in kept}) == 1:
            return Facets({row[1]: row[2] for row in kept}, False)
    most = COUNTED if words or traits or stocked else 10**9
    with connection.cursor() as cursor:
        cursor.execute("SELECT category_id, products FROM ctx.catalog_facets(%s, %s, %s, %s, %s, %s)", [_side(actor), words, inactive, most, list(traits), stocked])
        counts = dict(cursor.fetchall())
    return Facets(counts, sum(counts.values()) >= most)


def assortments(actor: Actor, *, party_id: int | None = None) -> QuerySet[Assortment]:
    """Return the portal's assortments; those given to one party when it is named."""
    found = Assortment.objects.filter(portal_id=actor.portal_id)
    return found.filter(pk__in=PartyAssortment.objects.filter(party_id=party_id).values("assortment_id")) if party_id else found


def assortments_of(actor: Actor, party_id: int) -> list[int]:
    """Return the assortments that a party sees, for staff: those given to it, or the portal's default when it was given none (never for a supplier)."""
    own = list(PartyAssortment.objects.filter(portal_id=actor.portal_id, party_id=party_id).values_list("assortment_id", flat=True))
    customer = Party.objects.filter(portal_id=actor.portal_id, pk=party_id).exclude(kind=Party.Kind.SUPPLIER)
    return own or list(assortments(actor).filter(is_default=True).filter(Exists(customer)).values_list("pk", flat=True))


def products_in(actor: Actor, assortment_ids: Iterable[int]) -> int:
    """Count the active products in these assortments, up to COUNTED."""
    return AssortmentItem.objects.filter(portal_id=actor.portal_id, assortment_id__in=list(assortment_ids), product__is_active=True).values("product_id").distinct()[:COUNTED].count()


def counted_assortments(actor: Actor) -> list[tuple[Assortment, int]]:
    """Return every assortment with its number of active products, as last counted."""
    counts = dict(AssortmentCount.objects.filter(portal_id=actor.portal_id, assortment__isnull=False).values_list("assortment_id").annotate(Sum("products")))
    return [(item, counts.get(item.pk, 0)) for item in assortments(actor).order_by("name", "pk")]


def assortment(actor: Actor, code: str) -> Assortment:
    """Return one assortment by code. Raises NotFound."""
    found = assortments(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def assortment_products(actor: Actor, assortment: Assortment, *, after: str | None = None, before: str | None = None) -> Page:
    """Return one page of an assortment's rows with their products, in the order of their making."""
    return keyset(
        AssortmentItem.objects.filter(assortment=assortment).select_related("product", "product__category"),
        ("product_id",),
        after=after,
        before=before,
        size=50,
    )


def holds(actor: Actor, assortment_ids: Iterable[int], product: Product) -> bool:
    """Whether one of these assortments holds a product."""
    return AssortmentItem.objects.filter(product=product, assortment_id__in=list(assortment_ids)).exists()


def held_products(actor: Actor, assortment_ids: Iterable[int], ids: Iterable[int]) -> dict[int, Product]:
    """Return the active ones of these products that one of the assortments holds, by id, with their portal."""
    held = AssortmentItem.objects.filter(product=OuterRef("pk"), assortment_id__in=list(assortment_ids))
    return {item.pk: item for item in Product.objects.filter(Exists(held), portal_id=actor.portal_id, pk__in=list(ids), is_active=True).select_related("portal")}


def held_ids(actor: Actor, assortment_ids: Iterable[int], most: int) -> list[int]:
    """Return the first active products that one of the assortments holds, by number of their row."""
    held = AssortmentItem.objects.filter(product=OuterRef("pk"), assortment_id__in=list(assortment_ids))
    return list(Product.objects.filter(Exists(held), portal_id=actor.portal_id, is_active=True).order_by("pk").values_list("pk", flat=True)[:most])


def is_discount_group(actor: Actor, code: str) -> bool:
    """Whether a product is in this discount group."""
    return Product.objects.filter(portal_id=actor.portal_id, discount_group=code).exists()


def ids_of(actor: Actor, skus: Sequence[str]) -> list[int]:
    """Return the ids of products by number. Raises Refused with those that are not known."""
    found = dict(Product.objects.filter(portal_id=actor.portal_id, sku__in=list(skus)).values_list("sku", "pk"))
    if unknown := [sku for sku in skus if sku not in found]:
        raise Refused(errors.UNKNOWN_PRODUCTS, codes=", ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else ""))
    return list(found.values())


def fruitless_searches(actor: Actor, *, since: date, most: int = 200) -> list[Any]:
    """Return the words that found nothing since a day, with how often (`often`) and when last (`last`), most often first. One statement."""
    found = FruitlessSearch.objects.filter(portal_id=actor.portal_id, day__gte=since).values("words")
    return list(found.annotate(often=Sum("times"), last=Max("day")).order_by("-often", "-last", "words")[:most])
