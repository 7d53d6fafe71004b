"""What can be said of products, and what is said of each: kept by staff, or brought in by the ERP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.catalog import errors, etim, facts, measures, permissions, queries
from portiek.trade.catalog.actions.families import _tell_apart
from portiek.trade.catalog.models import Attribute, Product, ProductAttribute
from portiek.trade.catalog.records import BRAND, Applied, AttributesRecord, Problem
from portiek.trade.catalog.words import value_in_words
from portiek.ui.format import parse_decimal

# What staff may change of an attribute of the ERP.
OWN_FIELDS = ("position", "narrows")


@action(permissions.MANAGE)
def make_attribute(actor: Actor, *, code: str, name: str, kind: str, name_en: str = "", unit: str = "", position: int = 100, narrows: bool = True) -> Attribute:
    """Make an attribute of the portal's own. Raises Refused when the code or the name is another one's."""
    if Attribute.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.ATTRIBUTE_CODE, field="code")
    _named_once(actor, name, None)
    made = Attribute.objects.create(portal_id=actor.portal_id, code=code, name=name, name_en=name_en, kind=Attribute.Kind(kind), unit=unit, position=position, narrows=narrows)
    record(actor, facts.AttributeChanged(attribute_id=made.pk), subject=ref("catalog.attribute", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_attribute(actor: Actor, *, attribute: Attribute, values: Mapping[str, Any]) -> bool:
    """Change an attribute; of one of the ERP its place and whether lists are narrowed by it alone. Its kind stays. Return whether something differed. Raises Refused."""
    given = {name: value for name, value in values.items() if name in (OWN_FIELDS if attribute.external_id else ("name", "name_en", "unit", *OWN_FIELDS))}
    changes = {name: (getattr(attribute, name), value) for name, value in given.items() if getattr(attribute, name) != value}
    if "name" in changes:
        _named_once(actor, given["name"], attribute)
    if not changes:
        return False
    for name, (_was, value) in changes.items():
        setattr(attribute, name, value)
    attribute.save(update_fields=[*changes])
    record(actor, facts.AttributeChanged(attribute_id=attribute.pk), subject=ref("catalog.attribute", attribute.pk), text=attribute.name, changes=changes)
    return True


@action(permissions.MANAGE)
def remove_attribute(actor: Actor, *, attribute: Attribute) -> None:
    """Take an attribute of the portal's own away, with what is said by it. Raises Refused for one of the ERP."""
    if attribute.external_id:
        raise Refused(errors.ATTRIBUTE_OF_ERP, name=attribute.name)
    ids = list(ProductAttribute.objects.filter(portal_id=actor.portal_id, attribute=attribute).values_list("product_id", flat=True))
    ProductAttribute.objects.filter(portal_id=actor.portal_id, attribute=attribute).delete()
    _known_by(actor, ids)
    record(actor, facts.AttributeChanged(attribute_id=attribute.pk), subject=ref("catalog.attribute", attribute.pk), text=attribute.name, changes={"name": (attribute.name, "")})
    attribute.delete()


def _named_once(actor: Actor, name: str, own: Attribute | None) -> None:
    """Two attributes of one name could not be told apart where values are typed. Raises Refused."""
    if Attribute.objects.filter(portal_id=actor.portal_id, name__iexact=name).exclude(pk=own.pk if own else 0).exists():
        raise Refused(errors.ATTRIBUTE_NAME, field="name")


@action(permissions.MANAGE)
def set_attributes(actor: Actor, *, product: Product, pairs: Sequence[tuple[str, str]], whole: bool = True) -> bool:
    """Say what staff know of a product: attributes (by name or code) with a value each, the whole of it or these alone; an empty value takes one away. What the ERP says stays its own.

    Return whether something differed. Raises Refused.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    names = {name.lower() for name, _text in pairs}
    called = Attribute.objects.annotate(**{f"low_{of}": Lower(of) for of in ("code", "name", "name_en")}).filter(Q(low_code__in=names) | Q(low_name__in=names) | Q(low_name_en__in=names), portal_id=actor.portal_id)
    known = {key.lower(): item for item in called for key in (item.name_en, item.name, item.code) if key}
    there = {row.attribute_id: row for row in ProductAttribute.objects.filter(product=product).select_related("attribute")}
    wanted: dict[int, tuple[Attribute, measures.Measure | None]] = {}
    for name, text in pairs:
        item = known.get(name.lower())
        if item is None:
            raise Refused(errors.ATTRIBUTE_UNKNOWN, field="specs", name=name)
        if item.pk in there and there[item.pk].from_erp:
            raise Refused(errors.ATTRIBUTE_OF_ERP, field="specs", name=item.name)
        try:
            wanted[item.pk] = (item, measures.read(item.kind, item.unit, text, figure=partial(parse_decimal, language=actor.language)) if text.strip() else None)
        except ValueError:
            raise Refused(errors.ATTRIBUTE_VALUE, field="specs", name=item.name, value=text, kind=str(Attribute.Kind(item.kind).label).lower()) from None
    changes: dict[str, tuple[Any, Any]] = {}
    for key, row in there.items():
        if not row.from_erp and (wanted[key][1] is None if key in wanted else whole):
            changes[row.attribute.name] = (value_in_words(row.attribute, row.value), "")
            row.delete()
    for key, (item, measure) in wanted.items():
        was = there.get(key)
        if measure is not None and (was is None or was.value != measure.value):
            changes[item.name] = (value_in_words(item, was.value) if was else "", value_in_words(item, measure.value))
            ProductAttribute.objects.update_or_create(portal_id=actor.portal_id, product=product, attribute=item, defaults={"value": measure.value, "number": measure.number, "until": measure.until, "value_en": ""})
    if changes:
        _known_by(actor, [product.pk])
        record(actor, facts.ProductDescribed(product_id=product.pk), subject=ref("catalog.product", product.pk), text=product.sku, changes=changes)
    return bool(changes)


def _known_by(actor: Actor, product_ids: Sequence[int]) -> None:
    """Write what is said of products where the search reads it; as `measures.trait` reckons."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE catalog_productsearch s SET traits = said.traits FROM (SELECT p.id, ARRAY(SELECT ('x' || left(md5(a.attribute_id || ':' || a.value), 8))::bit(32)::int FROM catalog_product_attribute a
             WHERE a.product_id = p.id ORDER BY 1) traits FROM unnest(%s::bigint[]) p(id)) said WHERE s.portal_id = %s AND s.product_id = said.id AND s.traits IS DISTINCT FROM said.traits""",
            [list(product_ids), actor.portal_id],
        )
    _tell_apart(actor, sorted(set(Product.objects.filter(pk__in=list(product_ids), family__isnull=False).values_list("family_id", flat=True))))


@action(permissions.MANAGE)
def apply_attributes(actor: Actor, *, records: Iterable[AttributesRecord], as_of: datetime | None = None) -> Applied:
    """Bring what the ERP says of products up to date: of each product that is named the whole. What staff said by the same attribute gives way; the rest of theirs stays. Codes of ETIM get their names."""
    items, at = {item.product: item for item in records}, as_of or timezone.now()
    if asked := {code for item in items.values() for said in item.attributes for code in etim.codes(said)}:
        known = queries.etim_names(actor, asked)
        items = {key: replace(item, attributes=tuple(etim.named(said, known) for said in item.attributes)) for key, item in items.items()}
    products = {str(key): pk for key, pk in Product.objects.filter(portal_id=actor.portal_id, external_id__in=items).values_list("external_id", "pk")}
    problems = [Problem(key, "unknown_product") for key in items if key not in products]
    attributes = _attributes(actor, [said for item in items.values() for said in item.attributes], at)
    there: dict[int, dict[int, ProductAttribute]] = {}
    for row in ProductAttribute.objects.filter(portal_id=actor.portal_id, product_id__in=products.values()):
        there.setdefault(row.product_id, {})[row.attribute_id] = row
    new: list[ProductAttribute] = []
    changed: list[ProductAttribute] = []
    gone: list[int] = []
    touched: set[int] = set()
    for key, product_id in products.items():
        had, named = there.get(product_id, {}), set()
        for said in {said.code: said for said in items[key].attributes}.values():
            attribute = attributes.get(said.code)
            try:
                if attribute is None:
                    raise ValueError(said.code)
                measure = measures.read(attribute.kind, attribute.unit, said.value)
            except ValueError:
                problems.append(Problem(key, "bad_attribute"))
                continue
            named.add(attribute.pk)
            row = had.get(attribute.pk) or ProductAttribute(portal_id=actor.portal_id, product_id=product_id, attribute=attribute)
            as_it_was = (row.value, row.value_en, row.from_erp) if row.pk else None
            row.value, row.value_en, row.number, row.until, row.from_erp = measure.value, said.value_en[: measures.LONGEST], measure.number, measure.until, True
            if as_it_was != (row.value, row.value_en, True):
                (changed if row.pk else new).append(row)
                touched.add(product_id)
        left = [row.pk for attribute_id, row in had.items() if row.from_erp and attribute_id not in named]
        if left:
            gone += left
            touched.add(product_id)
    ProductAttribute.objects.bulk_create(new, batch_size=2000)
    ProductAttribute.objects.bulk_update(changed, ["value", "value_en", "number", "until", "from_erp"], batch_size=2000)
    ProductAttribute.objects.filter(pk__in=gone).delete()
    if touched:
        _known_by(actor, sorted(touched))
        record(actor, facts.AttributesApplied(products=len(touched)))
    return Applied(0, len(touched), len(products) - len(touched), tuple(problems))


def _attributes(actor: Actor, said: Sequence[Any], at: datetime) -> Mapping[str, Attribute]:
    """Return the attributes by code, those of the ERP made and brought up to date; one of the portal's own with that code becomes the ERP's."""
    wanted = {item.code: item for item in said if item.code and len(item.code) <= 40 and item.name and item.kind in Attribute.Kind.values}
    there = {row.code: row for row in Attribute.objects.filter(portal_id=actor.portal_id, code__in=wanted)}
    for code, item in wanted.items():
        row = there.get(code)
        told = {"name": item.name[:80], "name_en": item.name_en[:80], "unit": item.unit[:20], "external_id": code}
        if row is None:
            there[code] = Attribute.objects.create(portal_id=actor.portal_id, code=code, kind=item.kind, as_of=at, narrows=code != etim.RELEASE, position=1 if code == BRAND else 100, **told)
        elif any(getattr(row, name) != value for name, value in told.items()):
            Attribute.objects.filter(pk=row.pk).update(as_of=at, **told)
            for name, value in told.items():
                setattr(row, name, value)
    return there
