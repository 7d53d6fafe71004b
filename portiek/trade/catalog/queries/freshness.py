"""Reads of how old what the ERP said is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.trade.catalog.models import CatalogSync, FreshnessLimit
from portiek.trade.catalog.rules import OLD_AFTER, PRICES_OLD_AFTER, is_old


@dataclass(frozen=True)
class Heard:
    """When the ERP was last heard about something, and whether that is longer ago than the portal takes for certain."""

    as_of: datetime | None = None
    old: bool = False


def heard(actor: Actor) -> Heard:
    """Return when the ERP was last heard about stock. One statement."""
    limit = FreshnessLimit.objects.filter(portal_id=OuterRef("portal_id")).values("hours")[:1]
    row = CatalogSync.objects.filter(portal_id=actor.portal_id, kind=CatalogSync.Kind.STOCK).annotate(hours=Subquery(limit)).values_list("as_of", "hours").first()
    return Heard(row[0], is_old(row[0], row[1], timezone.now())) if row else Heard()


def prices_heard(actor: Actor, kinds: Collection[str]) -> dict[str, Heard]:
    """Return when the ERP was last heard about the kinds of data that prices rest on; one of which it never spoke is left out. One statement."""
    limit = FreshnessLimit.objects.filter(portal_id=OuterRef("portal_id")).values("price_hours")[:1]
    rows = CatalogSync.objects.filter(portal_id=actor.portal_id, kind__in=kinds).annotate(hours=Subquery(limit)).values_list("kind", "as_of", "hours")
    now = timezone.now()
    return {kind: Heard(at, is_old(at, hours or PRICES_OLD_AFTER, now)) for kind, at, hours in rows}


def old_after(actor: Actor) -> tuple[int, int]:
    """Return after how many hours stock and prices count as old."""
    found = FreshnessLimit.objects.filter(portal_id=actor.portal_id).values_list("hours", "price_hours").first()
    return found or (OLD_AFTER, PRICES_OLD_AFTER)
