"""Reads of how products belong together; row security holds both ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models.functions import Upper

from portiek.core.actor import Actor
from portiek.trade.catalog.models import CustomerProduct, Product, ProductRelation
from portiek.trade.catalog.queries.product import _side, products_by_id

# How often what came in the place of a product may itself have been replaced.
GENERATIONS = 8


def relations(actor: Actor, product: Product) -> dict[str, list[Product]]:
    """Return the products that a product leads to, by kind: of those that are not sold any more the successor alone. Staff see them all."""
    rows = list(ProductRelation.objects.filter(portal_id=actor.portal_id, product=product).order_by("kind", "position", "pk"))
    there = products_by_id(actor, [row.other_id for row in rows if row.other_id])
    found: dict[str, list[Product]] = {}
    for row in rows:
        other = there.get(row.other_id or 0)
        if other is not None and (other.is_active or actor.is_staff or row.kind == ProductRelation.Kind.SUCCESSOR):
            found.setdefault(row.kind, []).append(other)
    return found


def led_by_erp(actor: Actor, external_ids: Sequence[str]) -> bool:
    """Whether the ERP says what one of these products leads to."""
    return ProductRelation.objects.filter(portal_id=actor.portal_id, from_erp=True, product__external_id__among=external_ids).exists()


def waited_for(actor: Actor, external_ids: Sequence[str]) -> bool:
    """Whether a product leads to one of these, which was not there yet."""
    return ProductRelation.objects.filter(portal_id=actor.portal_id, other__isnull=True, erp_other__among=external_ids).exists()


def related_skus(actor: Actor, product_ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """Return the article numbers that each of these products leads to, by kind; those that are not sold any more are left out. One statement."""
    found: dict[int, dict[str, list[str]]] = {}
    rows = ProductRelation.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids), other__is_active=True).order_by("product_id", "kind", "position", "pk")
    for product_id, kind, sku in rows.values_list("product_id", "kind", "other__sku"):
        found.setdefault(product_id, {}).setdefault(kind, []).append(sku)
    return found


def successors(actor: Actor, codes: Sequence[str]) -> dict[str, Product]:
    """Return what came in the place of products that are not sold any more, by the number that was asked (article number, EAN or own number): the first that is sold. At most five statements."""
    wanted: dict[str, list[str]] = {}
    for code in codes:
        if code.strip() and len(code) <= 64 and "\0" not in code:
            wanted.setdefault(code.strip().upper(), []).append(code)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.catalog_codes(%s, %s)", [_side(actor), list(wanted)])
        ids = [row[0] for row in cursor.fetchall()]
    unsold = Product.objects.filter(pk__in=ids, portal_id=actor.portal_id, is_active=False).values_list("pk", "sku", "ean") if ids else ()
    gone = [(code, pk) for pk, sku, ean in unsold for code in {sku.upper(), ean} & set(wanted)]
    if actor.party_id:
        own = CustomerProduct.objects.annotate(asked=Upper("number")).filter(party_id=actor.party_id, asked__in=list(wanted), product__is_active=False)
        gone += own.values_list("asked", "product_id")
    if not gone:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE chain(first, other, step) AS (
             SELECT r.product_id, r.other_id, 1 FROM catalog_product_relation r WHERE r.portal_id = %s AND r.kind = 'successor' AND r.product_id = ANY (%s)
             UNION ALL SELECT c.first, r.other_id, c.step + 1 FROM chain c JOIN catalog_product p ON p.id = c.other AND NOT p.is_active
              JOIN catalog_product_relation r ON r.product_id = c.other AND r.kind = 'successor' WHERE c.step < %s)
            SELECT first, other FROM chain c JOIN catalog_product p ON p.id = c.other WHERE p.is_active""",
            [actor.portal_id, [pk for _asked, pk in gone], GENERATIONS],
        )
        after = dict(cursor.fetchall())
    there = products_by_id(actor, after.values())
    return {code: there[after[pk]] for asked, pk in gone if after.get(pk) in there for code in wanted[asked]}
