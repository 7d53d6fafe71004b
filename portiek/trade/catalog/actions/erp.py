"""What the ERP says about categories, products and stock: whole batches, by external id.

A batch is a few statements however long it is; rows that did not change are compared and not touched. One bad record is left out and
named; the rest is applied. Fields of the portal (`summary`, `icon`, `popularity`) are in no statement here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.trade.catalog import facts, permissions, rules
from portiek.trade.catalog.actions.families import _take_families
from portiek.trade.catalog.actions.learning import _run, _word
from portiek.trade.catalog.actions.units import _replace
from portiek.trade.catalog.models import CatalogSync, Product
from portiek.trade.catalog.records import Applied, CategoryRecord, Problem, ProductRecord, StockRecord

R = TypeVar("R", CategoryRecord, ProductRecord, StockRecord)


def _sorted_out(records: Iterable[R], wrong: Callable[[R], str | None], unique: Callable[[R], Any]) -> tuple[list[R], list[Problem]]:
    """Part the good from the bad; of records with the same key the last one counts."""
    good: dict[Any, R] = {}
    bad = []
    for item in records:
        code = wrong(item)
        if code:
            bad.append(Problem(item.external_id, code))
        else:
            good[unique(item)] = item
    return list(good.values()), bad


def _columns(records: Sequence[Any], names: Sequence[str]) -> list[list[Any]]:
    return [list(map(attrgetter(name), records)) for name in names]


# Signs that no record holds (rules.wrong_product).
SEPARATOR, NOTHING = "\x1f", "\x1e"
PARTED = "string_to_array(%s, E'\\x1f', E'\\x1e')"


def _joined(records: Sequence[Any], names: Sequence[str]) -> list[str]:
    """Return each column as one text, for PARTED: written ten times as fast as an array. A null ends it, so that one empty text is not no text."""
    return [
        SEPARATOR.join([*[NOTHING if value is None else value if type(value) is str else str(value) for value in map(attrgetter(name), records)], NOTHING])
        for name in names
    ]


def _stamp(actor: Actor, kind: str, at: datetime) -> None:
    """Remember when the ERP was last heard about this kind of data, whether or not something changed."""
    CatalogSync.objects.update_or_create(portal_id=actor.portal_id, kind=kind, defaults={"as_of": at})


@action(permissions.MANAGE)
def apply_categories(actor: Actor, *, records: Iterable[CategoryRecord], as_of: datetime | None = None) -> Applied:
    """Bring categories up to date; a parent may come in the same batch."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_category, lambda item: item.external_id)
    names = ("external_id", "code", "name", "name_en", "position", "active")
    taken = {
        row[0]
        for row in _run(
            """
        SELECT i.external_id FROM unnest(%s::text[], %s::text[]) i(external_id, code) JOIN catalog_category c ON c.portal_id = %s AND c.code = i.code
        WHERE c.external_id IS DISTINCT FROM i.external_id AND c.external_id IS NOT NULL""",
            [*_columns(items, names[:2]), actor.portal_id],
        )
    }
    problems += [Problem(key, "code_taken") for key in sorted(taken)]
    items = [item for item in items if item.external_id not in taken]
    _run(
        """UPDATE catalog_category c SET external_id = i.external_id FROM unnest(%s::text[], %s::text[]) i(external_id, code)
            WHERE c.portal_id = %s AND c.code = i.code AND c.external_id IS NULL""",
        [*_columns(items, names[:2]), actor.portal_id],
    )
    rows = _run(
        """
        INSERT INTO catalog_category AS c (portal_id, external_id, code, name, name_en, position, is_active, as_of)
        SELECT %s, i.*, %s FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bool[]) i
        ON CONFLICT (portal_id, external_id) DO UPDATE SET code = excluded.code, name = excluded.name, name_en = excluded.name_en, position = excluded.position,
         is_active = excluded.is_active, as_of = excluded.as_of
        WHERE (c.code, c.name, c.name_en, c.position, c.is_active) IS DISTINCT FROM (excluded.code, excluded.name, excluded.name_en,
         excluded.position, excluded.is_active)
        RETURNING c.id, c.xmax = 0""",
        [actor.portal_id, at, *_columns(items, names)],
    )
    moved = _run(
        """
        UPDATE catalog_category c SET parent_id = p.id FROM unnest(%s::text[], %s::text[]) i(external_id, parent)
        LEFT JOIN catalog_category p ON p.portal_id = %s AND p.external_id = i.parent
        WHERE c.portal_id = %s AND c.external_id = i.external_id AND c.parent_id IS DISTINCT FROM p.id AND c.id IS DISTINCT FROM p.id
        RETURNING c.id""",
        [*_columns(items, ("external_id", "parent")), actor.portal_id, actor.portal_id],
    )
    created, changed = _told(rows, {row[0] for row in moved})
    if changed:
        _word_again(actor, [row[0] for row in rows])
    _stamp(actor, CatalogSync.Kind.CATEGORY, at)
    if created or changed:
        record(actor, facts.CategoriesApplied(created=created, changed=changed))
    return Applied(created, changed, len(items) - created - changed, tuple(problems))


def _told(rows: Sequence[tuple[Any, ...]], more: set[int]) -> tuple[int, int]:
    """Count the new and the changed of rows (id, is new) and of further ids that changed."""
    new = {row[0] for row in rows if row[1]}
    return len(new), len(({row[0] for row in rows} | more) - new)


PRODUCT = (
    "external_id",
    "sku",
    "name",
    "name_en",
    "description",
    "category",
    "unit_code",
    "unit_label",
    "ean",
    "min_quantity",
    "step_quantity",
    "list_price",
    "tax_rate",
    "discount_group",
    "weight",
    "lead_days",
    "active",
    "version",
)
KINDS = ("text",) * 9 + ("numeric",) * 4 + ("text", "numeric", "int", "bool", "text")
# One statement: what came in, what of it differs, and the two writes; the answer names only what was written.
PRODUCTS = """
WITH i AS MATERIALIZED (
 SELECT u.*, c.id AS category_id FROM unnest({columns})
  u(external_id, sku, name, name_en, description, category, unit_code, unit_label, ean, min_quantity, step_quantity, list_price, tax_rate,
   discount_group, weight, lead_days, is_active, erp_version)
 LEFT JOIN catalog_category c ON c.portal_id = {portal} AND c.external_id = u.category WHERE u.external_id IS NOT NULL),
d AS MATERIALIZED (
 SELECT i.*, p.id AS was, (p.sku, p.name, p.name_en, p.description, p.ean, p.category_id, p.is_active)
   IS DISTINCT FROM (i.sku, i.name, i.name_en, i.description, i.ean, i.category_id, i.is_active) AS told
 FROM i LEFT JOIN catalog_product p ON p.portal_id = {portal} AND p.external_id = i.external_id
 WHERE p.id IS NULL OR (p.sku, p.name, p.name_en, p.description, p.category_id, p.unit_code, p.unit_label, p.ean, p.min_quantity, p.step_quantity,
  p.list_price, p.tax_rate,
  p.discount_group, p.weight, p.lead_days, p.is_active, p.erp_version) IS DISTINCT FROM (i.sku, i.name, i.name_en, i.description, i.category_id, i.unit_code,
   i.unit_label, i.ean,
  i.min_quantity, i.step_quantity, i.list_price, i.tax_rate, i.discount_group, i.weight, i.lead_days, i.is_active, i.erp_version)),
changed AS (
 UPDATE catalog_product p SET sku = d.sku, name = d.name, name_en = d.name_en, description = d.description, category_id = d.category_id, unit_code =
  d.unit_code,
  unit_label = d.unit_label, ean = d.ean, min_quantity = d.min_quantity, step_quantity = d.step_quantity, list_price = d.list_price, tax_rate = d.tax_rate,
  discount_group = d.discount_group, weight = d.weight, lead_days = d.lead_days, is_active = d.is_active, erp_version = d.erp_version, as_of = {at}
 FROM d WHERE p.id = d.was RETURNING p.id, p.external_id, false AS fresh, d.told),
created AS (
 INSERT INTO catalog_product (portal_id, external_id, sku, name, name_en, description, category_id, unit_code, unit_label, ean, min_quantity,
  step_quantity, list_price, tax_rate,
  discount_group, weight, lead_days, is_active, erp_version, as_of)
 SELECT {portal}, d.external_id, d.sku, d.name, d.name_en, d.description, d.category_id, d.unit_code, d.unit_label, d.ean, d.min_quantity,
  d.step_quantity, d.list_price, d.tax_rate,
  d.discount_group, d.weight, d.lead_days, d.is_active, d.erp_version, {at} FROM d WHERE d.was IS NULL
 RETURNING id, external_id, true AS fresh, true AS told)
SELECT * FROM changed UNION ALL SELECT * FROM created
"""


@action(permissions.MANAGE)
def apply_products(actor: Actor, *, records: Iterable[ProductRecord], as_of: datetime | None = None) -> Applied:
    """Bring products up to date; new ones enter every assortment that holds all. Some five statements a batch of any length."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_product, lambda item: item.external_id)
    items, clashing = _clashing(actor, items)
    arguments = _joined(items, PRODUCT)
    columns = ", ".join(f"{PARTED}::{kind}[]" for kind in KINDS)
    statement = PRODUCTS.format(columns=columns, portal=int(actor.portal_id), at="now()" if as_of is None else "%s::timestamptz")
    rows = _run(statement, [*arguments, *([] if as_of is None else [at, at])])
    created = [row[0] for row in rows if row[2]]
    told = {row[1]: row[0] for row in rows if row[3]}
    if created:
        _enter(actor, created)
    if told:
        _word(actor, list(told.values()))
    units = _units(actor, items) + _take_families(actor, items, at, changed=[row[0] for row in rows])
    _stamp(actor, CatalogSync.Kind.PRODUCT, at)
    if rows or units:
        record(actor, facts.ProductsApplied(created=len(created), changed=max(len(rows) - len(created), 1 if units and not rows else 0)))
    return Applied(len(created), len(rows) - len(created), len(items) - len(rows), (*problems, *clashing))


def _units(actor: Actor, items: list[ProductRecord]) -> int:
    """Take over the other units of the products of which the ERP says something; return how many changed."""
    told = {item.external_id: item.units for item in items if item.units is not None}
    ids = dict(Product.objects.filter(portal_id=actor.portal_id, external_id__among=list(told)).values_list("external_id", "pk")) if told else {}
    return _replace(actor, {ids[key]: units for key, units in told.items() if key in ids}, is_erp=True) if ids else 0


def _clashing(actor: Actor, items: list[ProductRecord]) -> tuple[list[ProductRecord], list[Problem]]:
    """Leave out whose SKU is another product's; a product of the portal itself with that SKU becomes the ERP's."""
    seen: dict[str, str] = {}
    bad = {item.external_id for item in items if seen.setdefault(item.sku, item.external_id) != item.external_id}
    found = _run(
        f"""
        SELECT i.external_id, p.external_id, p.id FROM unnest({PARTED}, {PARTED}) i(external_id, sku) JOIN catalog_product p ON p.portal_id = %s
         AND p.sku = i.sku
        WHERE p.external_id IS DISTINCT FROM i.external_id""",
        [SEPARATOR.join([*seen.values(), NOTHING]), SEPARATOR.join([*seen, NOTHING]), actor.portal_id],
    )
    adopt = {row[0]: row[2] for row in found if row[1] is None}
    if adopt:
        adopted = _run(
            """
            UPDATE catalog_product p SET external_id = i.key FROM unnest(%s::bigint[], %s::text[]) i(id, key)
            WHERE p.id = i.id AND NOT EXISTS (SELECT FROM catalog_product o WHERE o.portal_id = p.portal_id AND o.external_id = i.key) RETURNING i.key""",
            [list(adopt.values()), list(adopt)],
        )
        bad |= set(adopt) - {row[0] for row in adopted}
    bad |= {row[0] for row in found if row[1] is not None}
    if not bad:
        return items, []
    return [item for item in items if item.external_id not in bad], [Problem(key, "sku_taken") for key in sorted(bad)]


def _word_again(actor: Actor, category_ids: list[int]) -> None:
    """The name of a category is part of what its products are found by."""
    _word(actor, [row[0] for row in _run("SELECT id FROM catalog_product WHERE category_id = ANY (%s::bigint[])", [category_ids])])


def _enter(actor: Actor, created: list[int]) -> None:
    """Put new products in the assortments that hold all; what the search reads of them is written after that, and once."""
    _run(
        """INSERT INTO catalog_assortmentitem (portal_id, assortment_id, product_id)
            SELECT a.portal_id, a.id, p FROM catalog_assortment a, unnest(%s::bigint[]) p WHERE a.portal_id = %s AND a.holds_all ON CONFLICT DO NOTHING""",
        [created, actor.portal_id],
    )


@action(permissions.MANAGE)
def apply_stock(actor: Actor, *, records: Iterable[StockRecord], as_of: datetime | None = None) -> Applied:
    """Bring stock up to date, by product and warehouse; stock of an unknown product is left out and named."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_stock, lambda item: (item.product, item.warehouse))
    rows = _run(
        """
        WITH i AS MATERIALIZED (
         SELECT u.*, p.id AS product_id, s.id AS was,
          (s.id IS NULL OR (s.external_id, s.warehouse_name, s.on_hand, s.available, s.expected_at, s.expected_quantity)
            IS DISTINCT FROM (u.external_id, u.warehouse_name, u.on_hand, u.available, u.expected_at, u.expected_quantity)) AS differs
         FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::numeric[], %s::date[], %s::numeric[])
          u(external_id, product, warehouse, warehouse_name, on_hand, available, expected_at, expected_quantity)
         LEFT JOIN catalog_product p ON p.portal_id = %s AND p.external_id = u.product
         LEFT JOIN catalog_stock s ON s.product_id = p.id AND s.warehouse = u.warehouse AND s.portal_id = p.portal_id),
        changed AS (
         UPDATE catalog_stock s SET external_id = i.external_id, warehouse_name = i.warehouse_name, on_hand = i.on_hand, available = i.available,
          expected_at = i.expected_at,
          expected_quantity = i.expected_quantity, as_of = %s FROM i WHERE s.id = i.was AND i.differs RETURNING 1),
        created AS (
         INSERT INTO catalog_stock (portal_id, product_id, external_id, warehouse, warehouse_name, on_hand, available, expected_at, expected_quantity, as_of)
         SELECT %s, product_id, external_id, warehouse, warehouse_name, on_hand, available, expected_at, expected_quantity, %s FROM i WHERE was IS
          NULL AND product_id IS NOT NULL RETURNING 1)
        SELECT '', (SELECT count(*) FROM created), (SELECT count(*) FROM changed) UNION ALL SELECT external_id, 0, 0 FROM i WHERE product_id IS NULL""",
        [
            *_columns(items, ("external_id", "product", "warehouse", "warehouse_name", "on_hand", "available", "expected_at", "expected_quantity")),
            actor.portal_id,
            at,
            actor.portal_id,
            at,
        ],
    )
    _run(
        """INSERT INTO catalog_warehouse AS w (portal_id, code, name) SELECT DISTINCT ON (code) %s, code, name FROM unnest(%s::text[], %s::text[]) i(code, name) WHERE code <> '' ORDER BY code, name DESC
        ON CONFLICT (portal_id, code) DO UPDATE SET name = excluded.name WHERE w.name <> excluded.name AND excluded.name <> ''""",
        [actor.portal_id, *_columns(items, ("warehouse", "warehouse_name"))],
    )
    _none, created, changed = rows[0]
    unknown = [Problem(row[0], "unknown_product") for row in rows[1:]]
    _stamp(actor, CatalogSync.Kind.STOCK, at)
    if created or changed:
        record(actor, facts.StockApplied(created=created, changed=changed))
    return Applied(created, changed, len(items) - created - changed - len(unknown), (*problems, *unknown))
