"""How products belong together: kept by staff, or brought in by the ERP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.catalog import errors, facts, permissions
from portiek.trade.catalog.models import Product, ProductRelation
from portiek.trade.catalog.records import Applied, Problem, RelationsRecord

MOST = 20


@action(permissions.MANAGE)
def relate_products(actor: Actor, *, product: Product, kind: str, skus: Sequence[str], whole: bool = True) -> bool:
    """Say which products a product leads to in one way, the whole of them or these as well, in this order; a product has one successor. What the ERP says stays its own. Return whether something differed. Raises Refused."""
    Product.objects.select_for_update().get(pk=product.pk)
    rows = list(ProductRelation.objects.filter(portal_id=actor.portal_id, product=product, kind=kind).select_related("other").order_by("position", "pk"))
    there, of_erp = [row for row in rows if not row.from_erp], {row.other.sku for row in rows if row.from_erp and row.other}
    before = [row.other.sku for row in there if row.other]
    wanted = list(dict.fromkeys(skus if whole or kind == ProductRelation.Kind.SUCCESSOR else [*before, *skus]))
    wanted = [sku for sku in wanted if sku not in of_erp]
    if wanted == before:
        return False
    known = dict(Product.objects.filter(portal_id=actor.portal_id, sku__in=wanted).values_list("sku", "pk"))
    if unknown := [sku for sku in wanted if sku not in known]:
        raise Refused(errors.UNKNOWN_PRODUCTS, field=kind, codes=", ".join(unknown[:10]))
    if product.sku in wanted:
        raise Refused(errors.RELATION_ITSELF, field=kind)
    if len(wanted) + (len(of_erp) if kind == ProductRelation.Kind.SUCCESSOR else 0) > (1 if kind == ProductRelation.Kind.SUCCESSOR else MOST):
        raise Refused(errors.RELATION_ONE if kind == ProductRelation.Kind.SUCCESSOR else errors.RELATION_MOST, field=kind, most=MOST)
    if kind == ProductRelation.Kind.SUCCESSOR and wanted and product.pk in _after(actor, known[wanted[0]]):
        raise Refused(errors.RELATION_ROUND, field=kind)
    ProductRelation.objects.filter(pk__in=[row.pk for row in there]).delete()
    ProductRelation.objects.bulk_create([ProductRelation(portal_id=actor.portal_id, product=product, other_id=known[sku], kind=ProductRelation.Kind(kind), position=place) for place, sku in enumerate(wanted)])
    record(actor, facts.ProductDescribed(product_id=product.pk), subject=ref("catalog.product", product.pk), text=product.sku, changes={kind: (", ".join(before), ", ".join(wanted))})
    return True


@action(permissions.MANAGE)
def apply_relations(actor: Actor, *, records: Iterable[RelationsRecord]) -> Applied:
    """Bring up to date what the ERP says that products lead to: of each product that is named the whole. What staff said stays; a product that is not there yet is waited for."""
    items = {item.product: item for item in records}
    products = {str(key): pk for key, pk in Product.objects.filter(portal_id=actor.portal_id, external_id__in=items).values_list("external_id", "pk")}
    names = {relation.other for item in items.values() for relation in item.relations}
    others = {str(key): pk for key, pk in Product.objects.filter(portal_id=actor.portal_id, external_id__in=names).values_list("external_id", "pk")}
    there: dict[int, list[ProductRelation]] = {}
    for row in ProductRelation.objects.filter(portal_id=actor.portal_id, product_id__in=products.values()).order_by("pk"):
        there.setdefault(row.product_id, []).append(row)
    gone: list[int] = []
    new: list[ProductRelation] = []
    touched = 0
    for key, product_id in products.items():
        had = there.get(product_id, [])
        by_staff = {(row.kind, row.other_id) for row in had if not row.from_erp}
        before = [(row.kind, row.erp_other) for row in had if row.from_erp]
        wanted = _wanted(items[key], by_staff, others)
        if before != wanted:
            touched += 1
            gone += [row.pk for row in had if row.from_erp]
            new += [ProductRelation(portal_id=actor.portal_id, product_id=product_id, other_id=others.get(other), kind=ProductRelation.Kind(kind), position=place, from_erp=True, erp_other=other) for place, (kind, other) in enumerate(wanted)]
    ProductRelation.objects.filter(pk__in=gone).delete()
    ProductRelation.objects.bulk_create(new, batch_size=2000)
    if touched:
        record(actor, facts.RelationsApplied(products=touched))
    return Applied(0, touched, len(products) - touched, tuple(Problem(key, "unknown_product") for key in items if key not in products))


def _wanted(item: RelationsRecord, by_staff: set[tuple[str, int | None]], others: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what the ERP says of a product, each once and one successor at most, without what staff said before and what leads to itself."""
    found: list[tuple[str, str]] = []
    for relation in item.relations[:MOST]:
        said = (relation.kind, relation.other)
        succeeded = relation.kind == ProductRelation.Kind.SUCCESSOR and any(kind == relation.kind for kind, _other in (*found, *by_staff))
        if relation.kind in ProductRelation.Kind.values and relation.other != item.product and said not in found and not succeeded and (relation.kind, others.get(relation.other, 0)) not in by_staff:
            found.append(said)
    return found


@action(permissions.MANAGE)
def settle_relations(actor: Actor, *, external_ids: Sequence[str]) -> int:
    """Let products that came be what others led to already; return how many did."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE catalog_product_relation r SET other_id = p.id FROM catalog_product p
            WHERE r.portal_id = %s AND r.other_id IS NULL AND p.portal_id = r.portal_id AND p.external_id = r.erp_other AND r.erp_other = ANY (%s) AND p.id <> r.product_id
             AND NOT EXISTS (SELECT FROM catalog_product_relation o WHERE o.portal_id = r.portal_id AND o.product_id = r.product_id AND o.kind = r.kind AND o.other_id = p.id)""",
            [actor.portal_id, list(external_ids)],
        )
        found: int = cursor.rowcount
    return found


def _after(actor: Actor, product_id: int) -> set[int]:
    """Return a product with what came in its place, and in the place of that."""
    found: set[int] = set()
    following: int | None = product_id
    while following is not None and following not in found:
        found.add(following)
        following = ProductRelation.objects.filter(portal_id=actor.portal_id, product_id=following, kind=ProductRelation.Kind.SUCCESSOR).values_list("other_id", flat=True).first()
    return found
