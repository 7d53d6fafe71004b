"""Feeds: opened by a company's program, written by the portal itself, look by look."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.trade.catalog.permissions import VIEW as CATALOG_VIEW
from portiek.trade.pricing import facts, permissions, queries
from portiek.trade.pricing.models import FeedItem, ProductFeed

# A feed costs a look at all of an assortment each quarter of an hour: one that no program opened again for so long ends.
UNTIL = timedelta(days=30)


@action(permissions.VIEW)
def open_feed(actor: Actor) -> ProductFeed:
    """Follow what changes for the own company, or the branch that the actor buys for; again: go on with that for another month."""
    if not actor.may(CATALOG_VIEW):
        raise Forbidden(CATALOG_VIEW)
    if actor.party_id is None:
        raise NotFound
    made, fresh = ProductFeed.objects.get_or_create(portal_id=actor.portal_id, party_id=actor.party_id, unit_id=actor.unit_id or 0, defaults={"key": secrets.token_hex(8), "renewed_at": timezone.now()})
    if fresh:
        record(actor, facts.FeedOpened(feed_id=made.pk), party_id=actor.party_id, subject=ref("pricing.feed", made.pk))
        defer(actor, named("pricing.feed"), feed_id=made.pk)
    else:
        made.renewed_at = timezone.now()
        made.save(update_fields=["renewed_at"])
    return made


@action(permissions.VIEW)
def close_feed(actor: Actor) -> None:
    """Follow it no longer; what was told is forgotten."""
    found = queries.feed(actor)
    if found is not None:
        _end(actor, found)


def _end(actor: Actor, found: ProductFeed) -> None:
    record(actor, facts.FeedClosed(feed_id=found.pk), party_id=found.party_id, subject=ref("pricing.feed", found.pk))
    FeedItem.objects.filter(feed=found).delete()
    found.delete()


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def end_feeds(actor: Actor, *, now: datetime) -> None:
    """End the feeds that no program opened again for a month. Only the portal itself."""
    _only_system(actor)
    for found in ProductFeed.objects.filter(portal_id=actor.portal_id, renewed_at__lt=now - UNTIL).order_by("pk"):
        _end(actor, found)


def _looking(actor: Actor, found: ProductFeed) -> ProductFeed | None:
    """Lock a feed, as long as it is at the version at which this look began: another look, or its end, may have come between."""
    _only_system(actor)
    return ProductFeed.objects.select_for_update().filter(portal_id=actor.portal_id, pk=found.pk, version=found.version).first()


@action(None)
def keep_told(actor: Actor, *, found: ProductFeed, told: Mapping[str, dict[str, Any]]) -> bool:
    """Write what is new or other than was told last, as of the next version; False: the look was overtaken. Only the portal itself."""
    if _looking(actor, found) is None:
        return False
    known = {item.sku: item for item in FeedItem.objects.filter(feed=found, sku__in=list(told))}
    fresh = [sku for sku, item in told.items() if sku not in known or known[sku].gone or known[sku].told != item]
    FeedItem.objects.bulk_create([FeedItem(portal_id=found.portal_id, party_id=found.party_id, feed=found, sku=sku, version=found.version + 1, told=told[sku]) for sku in fresh],
                                 update_conflicts=True, unique_fields=["portal", "feed", "sku"], update_fields=["version", "gone", "told"])
    return True


@action(None)
def finish_look(actor: Actor, *, found: ProductFeed, seen: Collection[str], began: datetime) -> bool:
    """Note what is no longer there and let readers see this look; False: it was overtaken. Only the portal itself."""
    if (feed := _looking(actor, found)) is None:
        return False
    left = sorted(set(FeedItem.objects.filter(feed=feed, gone=False).values_list("sku", flat=True)) - set(seen))
    FeedItem.objects.filter(feed=feed, sku__among=left).update(version=feed.version + 1, gone=True, told={})
    feed.version, feed.made_at = feed.version + 1, began
    feed.save(update_fields=["version", "made_at"])
    return True
