"""Searches that people keep: their own, and what is new in those of which somebody wants to hear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.catalog import rules
from portiek.trade.catalog.models import AssortmentItem, SavedSearch
from portiek.trade.catalog.queries.attributes import narrowed
from portiek.trade.catalog.queries.product import _below, _side, assortments_of

# Of one look: searches, and products that came into one party's assortments since the last one.
MOST_LOOKED, MOST_NEW = 2000, 2000


def saved(actor: Actor) -> QuerySet[SavedSearch]:
    """Return the searches that the actor himself keeps, by name."""
    return SavedSearch.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, user_id=actor.user_id).select_related("category").order_by("name")


def saved_search(actor: Actor, key: int) -> SavedSearch:
    """Return one search of the actor's own. Raises NotFound."""
    found = saved(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def newest_row(actor: Actor) -> int:
    """Return the newest row of the assortments that the actor sees."""
    return AssortmentItem.objects.filter(portal_id=actor.portal_id).aggregate(newest=Max("pk"))["newest"] or 0


def new_in(actor: Actor, *, now: datetime) -> Iterator[tuple[SavedSearch, int]]:
    """Return the searches that are due, each with how many products in it came into its party's assortments since the last look. For the portal itself; six statements a search."""
    due = Q(often=SavedSearch.Often.DAILY, looked_at__lte=now - timedelta(hours=20)) | Q(often=SavedSearch.Often.WEEKLY, looked_at__lte=now - timedelta(days=7) + timedelta(hours=4))
    for row in SavedSearch.objects.filter(due, portal_id=actor.portal_id).select_related("category").order_by("looked_at", "pk")[:MOST_LOOKED]:
        came = AssortmentItem.objects.filter(portal_id=actor.portal_id, assortment_id__in=assortments_of(actor, row.party_id), pk__gt=row.seen)
        ids = set(came.order_by("pk").values_list("product_id", flat=True)[:MOST_NEW])
        # What it held before by another assortment is not new.
        ids -= set(AssortmentItem.objects.filter(portal_id=actor.portal_id, assortment_id__in=assortments_of(actor, row.party_id), pk__lte=row.seen, product_id__in=ids).values_list("product_id", flat=True)) if ids else set()
        yield row, _matching(actor, row, ids) if ids else 0


def _matching(actor: Actor, row: SavedSearch, ids: set[int]) -> int:
    within = narrowed(actor, row.narrowed, stocked=row.stocked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ctx.catalog_among(%s, %s, %s, %s, %s, %s)", [_side(actor), rules.word_queries(row.words), _below(row.category) if row.category else None, within.traits, within.stocked, sorted(ids)])
        found: int = cursor.fetchone()[0]
    return found
