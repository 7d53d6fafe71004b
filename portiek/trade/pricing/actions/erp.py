"""What the ERP says of prices, put down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.catalog.records import Problem
from portiek.trade.pricing import facts, permissions, rules
from portiek.trade.pricing.models import PriceList
from portiek.trade.pricing.records import Applied, PriceListRecord

# Lines of one statement: bounds the memory of a list of a million.
CHUNK = 50_000


@action(permissions.MANAGE)
def apply_price_lists(actor: Actor, *, records: Iterable[PriceListRecord], as_of: datetime | None = None) -> Applied:
    """Bring price lists up to date; the lines given are all there are of a list. One fact a list that changed."""
    at, done, fallbacks = as_of or timezone.now(), Applied(), {}
    for item in records:
        problem = rules.wrong_list(item)
        if (
            not problem
            and PriceList.objects.filter(portal_id=actor.portal_id, code=item.code).exclude(external_id=item.external_id).exclude(external_id=None).exists()
        ):
            problem = "code_taken"
        if problem:
            done = replace(done, problems=(*done.problems, Problem(item.external_id, problem)))
            continue
        PriceList.objects.filter(portal_id=actor.portal_id, code=item.code, external_id=None).update(external_id=item.external_id)
        found, _new = PriceList.objects.update_or_create(
            portal_id=actor.portal_id,
            external_id=item.external_id,
            defaults={"code": item.code, "name": item.name, "currency": item.currency, "tiers": item.tiers, "is_active": item.active, "as_of": at},
        )
        fallbacks[found.pk] = item.fallback
        created, changed, removed, problems = _apply_lines(actor, found, item)
        if created or changed or removed:
            record(
                actor,
                facts.PriceListApplied(price_list_id=found.pk, created=created, changed=changed, removed=removed),
                subject=ref("pricing.price_list", found.pk),
                text=found.name,
            )
        done = Applied(
            done.created + created,
            done.changed + changed,
            done.removed + removed,
            done.unchanged + len(item.lines) - created - changed - len(problems),
            (*done.problems, *problems),
        )
    # A ring in the ERP does no harm: the resolver and row security stop at a list they have seen.
    for pk, external_id in fallbacks.items():
        fallback = PriceList.objects.filter(portal_id=actor.portal_id, external_id=external_id).exclude(pk=pk).first() if external_id else None
        PriceList.objects.filter(pk=pk).update(fallback=fallback)
    return done


def _apply_lines(actor: Actor, price_list: PriceList, item: PriceListRecord) -> tuple[int, int, int, list[Problem]]:
    """Upsert the lines of one list by product, quantity and first day, then remove what was not given, of a portion among its products."""
    good, problems = [], []
    for line in item.lines:
        if wrong := rules.wrong_list_line(line):
            problems.append(Problem(line.product, wrong))
        else:
            good.append(line)
    lines = list({(line.product, line.min_quantity, line.valid_from): line for line in good}.values())
    created = changed = 0
    names = ("product", "min_quantity", "price", "valid_from", "valid_until", "note")
    kept: list[int] = []
    for start in range(0, len(lines), CHUNK):
        part = lines[start : start + CHUNK]
        rows = _run(
            """
            WITH i AS MATERIALIZED (
             SELECT u.*, p.id AS product_id, n.id AS was, (n.price, n.valid_until, n.note) IS DISTINCT FROM (u.price, u.valid_until, u.note) AS differs
             FROM unnest(%(product)s::text[], %(min_quantity)s::numeric[], %(price)s::numeric[], %(valid_from)s::date[], %(valid_until)s::date[],
              %(note)s::text[])
              u(product, min_quantity, price, valid_from, valid_until, note)
             LEFT JOIN catalog_product p ON p.portal_id = %(portal)s AND p.external_id = u.product
             LEFT JOIN pricing_pricelistline n ON n.price_list_id = %(list)s AND n.product_id = p.id AND n.min_quantity = u.min_quantity AND
              n.valid_from IS NOT DISTINCT FROM u.valid_from),
            changed AS (
             UPDATE pricing_pricelistline n SET price = i.price, valid_until = i.valid_until, note = i.note FROM i WHERE n.id = i.was AND i.differs
              RETURNING n.id),
            created AS (
             INSERT INTO pricing_pricelistline (portal_id, price_list_id, product_id, min_quantity, price, valid_from, valid_until, note)
             SELECT %(portal)s, %(list)s, product_id, min_quantity, price, valid_from, valid_until, note FROM i WHERE was IS NULL AND product_id IS
              NOT NULL RETURNING id)
            SELECT 'created', id, NULL FROM created UNION ALL SELECT 'changed', id, NULL FROM changed
            UNION ALL SELECT 'same', was, NULL FROM i WHERE was IS NOT NULL AND NOT differs UNION ALL SELECT 'unknown', NULL, product FROM i WHERE
             product_id IS NULL
        """,
            {"portal": actor.portal_id, "list": price_list.pk, **{name: list(map(attrgetter(name), part)) for name in names}},
        )
        created += sum(1 for row in rows if row[0] == "created")
        changed += sum(1 for row in rows if row[0] == "changed")
        kept += [row[1] for row in rows if row[1] is not None]
        problems += [Problem(row[2], "unknown_product") for row in rows if row[0] == "unknown"]
    between = """ AND product_id IN (SELECT id FROM catalog_product WHERE portal_id = %(portal)s AND (%(after)s::text IS NULL OR external_id COLLATE "C" > %(after)s) AND (%(until)s::text IS NULL OR external_id COLLATE "C" <= %(until)s))"""
    gone = _run(
        f"""WITH gone AS (DELETE FROM pricing_pricelistline n USING (
                    SELECT id FROM pricing_pricelistline WHERE price_list_id = %(list)s{between if item.after is not None or item.until is not None else ""} EXCEPT SELECT unnest(%(kept)s::bigint[])) old WHERE n.id =
                     old.id RETURNING 1) SELECT count(*) FROM gone""",
        {"portal": actor.portal_id, "list": price_list.pk, "kept": kept, "after": item.after, "until": item.until},
    )
    return created, changed, gone[0][0], problems


def _run(statement: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
