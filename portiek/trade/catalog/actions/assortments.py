"""Which products are in which assortment, and who is given it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import errors, facts, permissions
from portiek.trade.catalog.models import Assortment, AssortmentCount, AssortmentItem, PartyAssortment, Product


@action(permissions.MANAGE)
def create_assortment(actor: Actor, *, code: str, name: str, holds_all: bool = False, is_default: bool = False) -> Assortment:
    """Make an assortment; one that holds all gets a row for every product there is, and for each that comes. Raises Refused."""
    if Assortment.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.CODE_TAKEN, field="code")
    made = Assortment.objects.create(portal_id=actor.portal_id, code=code, name=name, holds_all=holds_all, is_default=is_default)
    added = _put_in(actor, made.pk, Product.objects.filter(portal_id=actor.portal_id).values_list("pk", flat=True)) if holds_all else 0
    record(actor, facts.AssortmentChanged(assortment_id=made.pk, added=added, removed=0), subject=ref("catalog.assortment", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def add_products(actor: Actor, *, assortment: Assortment, product_ids: Iterable[int]) -> int:
    """Put products in an assortment and return how many were new in it."""
    added = _put_in(actor, assortment.pk, product_ids)
    if added:
        record(
            actor,
            facts.AssortmentChanged(assortment_id=assortment.pk, added=added, removed=0),
            subject=ref("catalog.assortment", assortment.pk),
            text=assortment.name,
        )
    return added


@action(permissions.MANAGE)
def remove_products(actor: Actor, *, assortment: Assortment, product_ids: Iterable[int]) -> int:
    """Take products out of an assortment and return how many were in it."""
    ids = list(product_ids)
    removed, _each = AssortmentItem.objects.filter(assortment=assortment, product_id__in=ids).delete()
    if removed:
        _reindex(ids)
        record(
            actor,
            facts.AssortmentChanged(assortment_id=assortment.pk, added=0, removed=removed),
            subject=ref("catalog.assortment", assortment.pk),
            text=assortment.name,
        )
    return removed


@action(permissions.MANAGE)
def give_assortments(actor: Actor, *, party: Party, assortments: Sequence[Assortment]) -> None:
    """Let a party see exactly these assortments; none: the portal's default."""
    wanted, had = {item.pk for item in assortments}, set(PartyAssortment.objects.filter(party=party).values_list("assortment_id", flat=True))
    if wanted == had:
        return
    PartyAssortment.objects.filter(party=party, assortment_id__in=had - wanted).delete()
    PartyAssortment.objects.bulk_create([PartyAssortment(portal_id=actor.portal_id, party=party, assortment_id=pk) for pk in sorted(wanted - had)])
    record(
        actor,
        facts.AssortmentGiven(assortment_ids=sorted(wanted)),
        party_id=party.pk,
        subject=ref("parties.party", party.pk),
        text=", ".join(sorted(item.name for item in assortments)),
    )


@action(permissions.MANAGE)
def count_assortments(actor: Actor) -> None:
    """Count the active products per category, for every assortment and for the whole portal."""
    AssortmentCount.objects.filter(portal_id=actor.portal_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_assortmentcount (portal_id, assortment_id, category_id, products)
            SELECT %(portal)s, i.assortment_id, p.category_id, count(*) FROM catalog_assortmentitem i JOIN catalog_product p ON p.id = i.product_id
            WHERE i.portal_id = %(portal)s AND p.portal_id = %(portal)s AND p.is_active GROUP BY 2, 3
            UNION ALL SELECT %(portal)s, NULL, p.category_id, count(*) FROM catalog_product p WHERE p.portal_id = %(portal)s AND p.is_active GROUP BY 3
        """,
            {"portal": actor.portal_id},
        )


def _put_in(actor: Actor, assortment_id: int, product_ids: Iterable[int]) -> int:
    """Add the rows of products to an assortment; return how many were new."""
    ids = list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_assortmentitem (portal_id, assortment_id, product_id)
            SELECT %s, %s, p FROM unnest(%s::bigint[]) p ON CONFLICT DO NOTHING RETURNING product_id
        """,
            [actor.portal_id, assortment_id, ids],
        )
        new = [row[0] for row in cursor.fetchall()]
    _reindex(new)
    return len(new)


def _reindex(product_ids: list[int]) -> None:
    """Write the assortments of products where the search reads them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_productsearch s SET assortments = coalesce(held.ids, '{}')
            FROM unnest(%s::bigint[]) p(id) LEFT JOIN LATERAL (SELECT array_agg(i.assortment_id) ids FROM catalog_assortmentitem i WHERE i.product_id
             = p.id) held ON true
            WHERE s.product_id = p.id AND s.assortments IS DISTINCT FROM coalesce(held.ids, '{}')
        """,
            [product_ids],
        )
