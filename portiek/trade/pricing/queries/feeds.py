"""Reads of feeds: what is told of products, and what changed in that since a cursor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Unit
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.permissions import VIEW as CATALOG_VIEW
from portiek.trade.pricing import permissions
from portiek.trade.pricing.models import FeedItem, ProductFeed
from portiek.trade.pricing.queries.resolving import Wanted, prices

CURSOR = re.compile(r"([0-9a-f]{16})\.([0-9]{1,15})\.([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a cursor, in the order in which it was found. `full`: the cursor was none of this feed, so this begins with all there is. `more`: go on at once."""

    feed: ProductFeed
    items: Sequence[FeedItem]
    next: str
    more: bool
    full: bool


def feed(actor: Actor) -> ProductFeed | None:
    """Return the feed of the actor's company, or of the branch that he buys for."""
    return ProductFeed.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, unit_id=actor.unit_id or 0).first()


def changes(actor: Actor, *, cursor: str, size: int) -> Changes | None:
    """Return what changed since a cursor, or None where nothing is followed. Three statements.

    Versions above that of the feed are of a look that is not complete. An article that is no longer seen and of which no look said so yet ends the page: it is not told, and not passed over.
    """
    found = feed(actor)
    if found is None:
        return None
    place = CURSOR.fullmatch(cursor)
    full = place is None or place[1] != found.key
    version, last = (0, 0) if place is None or full else (int(place[2]), int(place[3]))
    beyond = Q(version__gte=version) & (Q(version__gt=version) | Q(pk__gt=last))
    rows = list(FeedItem.objects.filter(beyond, feed=found, portal_id=actor.portal_id, version__lte=found.version).order_by("version", "pk")[: size + 1])
    seen = {item.sku for item in catalog.products_by_sku(actor, [row.sku for row in rows if not row.gone]).values() if item.is_active}
    held = next((index for index, row in enumerate(rows) if not row.gone and row.sku not in seen), None)
    told = rows[:size] if held is None else rows[: min(held, size)]
    if told:
        version, last = told[-1].version, told[-1].pk
    return Changes(found, told, f"{found.key}.{version}.{last}", len(rows) > len(told) and held is None, full)


def feeds(actor: Actor) -> QuerySet[ProductFeed]:
    """Return every feed, for the portal itself."""
    return ProductFeed.objects.filter(portal_id=actor.portal_id) if actor.kind == "system" else ProductFeed.objects.none()


def feeds_of(actor: Actor, *, party_id: int | None) -> QuerySet[ProductFeed]:
    """Return what a company follows, with the name of the `branch` it is for, or None; staff name the party."""
    named = Unit.objects.filter(pk=OuterRef("unit_id")).values("name")[:1]
    return ProductFeed.objects.filter(portal_id=actor.portal_id, party_id=(party_id if actor.is_staff else actor.party_id) or 0).annotate(branch=Subquery(named)).order_by("unit_id")


def reader_of(actor: Actor, found: ProductFeed) -> Actor:
    """Return somebody of the company, or of the branch, that follows: what he sees and pays is what is told. Only for the portal itself: raises NotFound."""
    if actor.kind != "system":
        raise NotFound
    return Actor(portal_id=found.portal_id, kind="party", party_id=found.party_id, unit_id=found.unit_id or None, rights=frozenset({CATALOG_VIEW, permissions.VIEW}))


def told_ids(actor: Actor) -> list[int]:
    """Return the products that are told of: the own assortment."""
    return list(catalog.products(actor).order_by("pk").values_list("pk", flat=True))


def told(actor: Actor, ids: Sequence[int], *, day: date) -> dict[str, dict[str, Any]]:
    """Return what is told of products now, by article number, as JSON: nothing that changes by itself from day to day. A fixed number of statements."""
    known = {key: item for key, item in catalog.products_by_id(actor, ids).items() if item.is_active}
    paid = prices(actor, [Wanted(item.pk, item.min_quantity) for item in known.values()], day=day, known=known)
    there = availability(actor, known.values())
    made = {}
    for key, item in known.items():
        price, stock = paid[key, item.min_quantity], there[key]
        made[item.sku] = {
            "name": item.name, "name_en": item.name_en, "category": item.category.code if item.category else None, "ean": item.ean, "own_number": getattr(item, "own_number", None) or "", "unit": item.unit_code,
            "min_quantity": _text(item.min_quantity), "step_quantity": _text(item.step_quantity), "tax_rate": _text(item.tax_rate), "currency": price.currency, "list_price": _text(price.list_price), "net": _text(price.net),
            "tiers": [{"from_quantity": _text(tier.quantity), "price": _text(tier.price), "counts_for": "incremental" if tier.sliced else "all_units"} for tier in price.table],
            "valid_until": _day(price.valid_until), "changes_on": _day(price.upcoming[0]) if price.upcoming else None, "then": _text(price.upcoming[1]) if price.upcoming else None,
            "available": _text(stock.available), "next_arrival": _day(stock.standing.expected_at), "next_quantity": _text(stock.standing.expected_quantity), "lead_days": item.lead,
        }
    return made


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
