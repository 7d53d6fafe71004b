"""Families of products: kept by staff, or brought in by the ERP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import translation

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.catalog import errors, facts, permissions, rules
from portiek.trade.catalog.actions.learning import _word
from portiek.trade.catalog.models import Attribute, Product, ProductAttribute, ProductFamily
from portiek.trade.catalog.records import FamilyRecord, ProductRecord
from portiek.trade.catalog.words import said

# What staff may change of a family of the ERP.
OWN_FIELDS = ("folds",)


@action(permissions.MANAGE)
def make_family(actor: Actor, *, code: str, name: str, name_en: str = "", axes: Sequence[str] = (), folds: bool = True) -> ProductFamily:
    """Make a family of the portal's own; `axes` are names or codes of attributes. Raises Refused."""
    if ProductFamily.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.FAMILY_CODE, field="code")
    made = ProductFamily.objects.create(portal_id=actor.portal_id, code=code, name=name, name_en=name_en, axes=_axes(actor, axes), folds=folds)
    record(actor, facts.FamilyChanged(family_id=made.pk), subject=ref("catalog.family", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_family(actor: Actor, *, family: ProductFamily, values: Mapping[str, Any]) -> bool:
    """Change a family; of one of the ERP only whether lists show it as one row. Return whether something differed. Raises Refused."""
    given = {name: value for name, value in values.items() if name in (OWN_FIELDS if family.external_id else ("name", "name_en", "axes", *OWN_FIELDS))}
    if "axes" in given:
        given["axes"] = _axes(actor, given["axes"])
    changes = {name: (getattr(family, name), value) for name, value in given.items() if getattr(family, name) != value}
    if not changes:
        return False
    for name, (_was, value) in changes.items():
        setattr(family, name, value)
    family.save(update_fields=[*changes])
    _tell_apart(actor, [family.pk])
    record(actor, facts.FamilyChanged(family_id=family.pk), subject=ref("catalog.family", family.pk), text=family.name, changes={name: (", ".join(was), ", ".join(now)) if name == "axes" else (was, now) for name, (was, now) in changes.items()})
    return True


@action(permissions.MANAGE)
def set_members(actor: Actor, *, family: ProductFamily, skus: Sequence[str], whole: bool = True) -> bool:
    """Say which products are the versions of a family of the portal's own, the whole of them or these as well. Return whether something differed. Raises Refused."""
    family = ProductFamily.objects.select_for_update().get(pk=family.pk)
    if family.external_id:
        raise Refused(errors.FAMILY_OF_ERP, name=family.name)
    there = dict(Product.objects.filter(portal_id=actor.portal_id, family=family).order_by("sku").values_list("sku", "pk"))
    wanted = set(skus) | (set() if whole else set(there))
    if wanted == set(there):
        return False
    if len(wanted) > rules.MEMBERS:
        raise Refused(errors.FAMILY_MOST, field="members", most=rules.MEMBERS)
    known = {sku: (pk, other) for sku, pk, other in Product.objects.filter(portal_id=actor.portal_id, sku__in=wanted).values_list("sku", "pk", "family_id")}
    if unknown := sorted(wanted - set(known)):
        raise Refused(errors.UNKNOWN_PRODUCTS, field="members", codes=", ".join(unknown[:10]))
    if taken := sorted(sku for sku, (_pk, other) in known.items() if other not in (None, family.pk)):
        raise Refused(errors.FAMILY_TAKEN, field="members", codes=", ".join(taken[:10]))
    gone = [pk for sku, pk in there.items() if sku not in wanted]
    Product.objects.filter(pk__in=gone).update(family=None)
    Product.objects.filter(pk__in=[pk for pk, _other in known.values()]).update(family=family)
    _tell_apart(actor, [family.pk], gone)
    record(actor, facts.FamilyChanged(family_id=family.pk), subject=ref("catalog.family", family.pk), text=family.name, changes={"members": (", ".join(there), ", ".join(sorted(wanted)))})
    return True


@action(permissions.MANAGE)
def remove_family(actor: Actor, *, family: ProductFamily) -> None:
    """Take a family of the portal's own away; its products stay. Raises Refused for one of the ERP."""
    if family.external_id:
        raise Refused(errors.FAMILY_OF_ERP, name=family.name)
    ids = list(Product.objects.filter(portal_id=actor.portal_id, family=family).values_list("pk", flat=True))
    Product.objects.filter(pk__in=ids).update(family=None)
    _tell_apart(actor, [], ids)
    record(actor, facts.FamilyChanged(family_id=family.pk), subject=ref("catalog.family", family.pk), text=family.name, changes={"name": (family.name, "")})
    family.delete()


def _axes(actor: Actor, names: Sequence[str]) -> list[str]:
    """Return the codes of attributes that are named by name or code. Raises Refused."""
    wanted = list(dict.fromkeys(name.lower() for name in names))
    called = Attribute.objects.annotate(**{f"low_{of}": Lower(of) for of in ("code", "name", "name_en")}).filter(Q(low_code__in=wanted) | Q(low_name__in=wanted) | Q(low_name_en__in=wanted), portal_id=actor.portal_id)
    known = {key.lower(): item.code for item in called for key in (item.name_en, item.name, item.code) if key}
    for name in wanted:
        if name not in known:
            raise Refused(errors.ATTRIBUTE_UNKNOWN, field="axes", name=name)
    if len(wanted) > rules.AXES:
        raise Refused(errors.FAMILY_AXES, field="axes", most=rules.AXES)
    return [known[name] for name in wanted]


def _take_families(actor: Actor, items: Sequence[ProductRecord], at: datetime, *, changed: Sequence[int]) -> int:
    """Take over what the ERP says products are versions of; a family of the portal's own with that code becomes the ERP's, and what is a version of the portal's own stays so where the ERP says nothing. Return how many products moved."""
    told: dict[str, FamilyRecord] = {item.family.external_id: item.family for item in items if item.family}
    found = Product.objects.filter(portal_id=actor.portal_id, external_id__among=[item.external_id for item in items])
    products = list((found if told else found.filter(family__isnull=False)).values_list("pk", "external_id", "family_id", "family__external_id"))
    there = {str(row.external_id): row for row in ProductFamily.objects.filter(portal_id=actor.portal_id, external_id__among=told)}
    own = {row.code: row for row in ProductFamily.objects.filter(portal_id=actor.portal_id, code__among=[item.code for item in told.values()])}
    # Another name may tell more or less of a version.
    again = set(changed)
    touched = {family_id for pk, _key, family_id, _of_erp in products if pk in again and family_id}
    for key, item in told.items():
        row = there.get(key) or own.get(item.code)
        if row is None:
            there[key] = own[item.code] = ProductFamily.objects.create(portal_id=actor.portal_id, external_id=key, code=item.code, name=item.name, name_en=item.name_en, axes=list(item.axes[: rules.AXES]), as_of=at)
            continue
        if row.external_id not in (None, key):  # another one of the ERP has that code
            continue
        there[key] = row
        values = {"external_id": key, "name": item.name, "name_en": item.name_en, "axes": list(item.axes[: rules.AXES]), **({} if own.get(item.code, row).pk != row.pk else {"code": item.code})}
        if any(getattr(row, name) != value for name, value in values.items()):
            ProductFamily.objects.filter(pk=row.pk).update(as_of=at, **values)
            touched.add(row.pk)
    wanted = {item.external_id: there[item.family.external_id].pk if item.family and item.family.external_id in there else None for item in items}
    moved: dict[int | None, list[int]] = {}
    for pk, number, was, of_erp in products:
        to = wanted[str(number)]
        if to != was and (to is not None or of_erp):
            moved.setdefault(to, []).append(pk)
            touched |= {found for found in (was, to) if found}
    for family_id, ids in moved.items():
        Product.objects.filter(pk__in=ids).update(family_id=family_id)
    _tell_apart(actor, sorted(touched), moved.get(None, ()))
    return sum(map(len, moved.values()))


def _tell_apart(actor: Actor, family_ids: Sequence[int], left: Sequence[int] = ()) -> None:
    """Write what tells the members of families apart where their names do not, and by which family lists fold them; `left` are products of no family any more. What is searched follows."""
    if not family_ids and not left:
        return
    families = {row.pk: row for row in ProductFamily.objects.filter(pk__in=family_ids)}
    members: dict[int, list[Product]] = {}
    for product in Product.objects.filter(portal_id=actor.portal_id).filter(Q(family_id__in=list(families)) | Q(pk__in=list(left))).order_by("pk"):
        members.setdefault(product.family_id or 0, []).append(product)
    ids = [product.pk for some in members.values() for product in some]
    rows: dict[int, dict[str, ProductAttribute]] = {}
    for row in ProductAttribute.objects.filter(portal_id=actor.portal_id, product_id__in=ids).select_related("attribute").order_by("attribute__position", "attribute__name", "pk"):
        rows.setdefault(row.product_id, {})[row.attribute.code] = row
    changed = []
    for family_id, some in members.items():
        values = {product.pk: {code: row.value for code, row in rows.get(product.pk, {}).items()} for product in some}
        axes = (families[family_id].axes or rules.differing(values, list(dict.fromkeys(code for of in values.values() for code in of)))) if family_id else []
        names = [product.name for product in some]
        for product in some:
            was, variants = (product.variant, product.variant_en), []
            for language in ("nl", "en"):
                with translation.override(language):
                    variants.append(", ".join(said(rows[product.pk][code]) for code in axes if code in rows.get(product.pk, {}))[:200] if names.count(product.name) > 1 else "")
            product.variant, product.variant_en = variants
            if was != (product.variant, product.variant_en):
                changed.append(product)
    Product.objects.bulk_update(changed, ["variant", "variant_en"], batch_size=500)
    if changed:
        _word(actor, [product.pk for product in changed])
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE catalog_productsearch s SET family_id = CASE WHEN f.folds THEN p.family_id END FROM catalog_product p LEFT JOIN catalog_product_family f ON f.id = p.family_id AND f.portal_id = p.portal_id
             WHERE s.portal_id = %s AND s.product_id = p.id AND p.id = ANY (%s) AND s.family_id IS DISTINCT FROM CASE WHEN f.folds THEN p.family_id END""", [actor.portal_id, ids])
