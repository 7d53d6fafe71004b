"""What was searched for and not found, counted without a person."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden
from portiek.core.jobs import defer, named
from portiek.core.retention import over
from portiek.trade.catalog import permissions, rules
from portiek.trade.catalog.models import FruitlessSearch


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise Forbidden(permissions.MANAGE)


@action(permissions.VIEW)
def note_fruitless(actor: Actor, *, words: str) -> None:
    """Have a search that found nothing counted, by the portal itself: who searched is not told on."""
    defer(actor, named("catalog.count_fruitless"), words=words, day=timezone.localdate().isoformat())


@action(None)
def count_fruitless(actor: Actor, *, words: str, day: date, times: int = 1) -> None:
    """Count words that found nothing; a day has so many different ones, so that nobody fills the table with words. System only."""
    _only_system(actor)
    counted = FruitlessSearch.objects.filter(portal_id=actor.portal_id, day=day)
    if not counted.filter(words=words).update(times=F("times") + times) and counted.count() < rules.MOST_COUNTED:
        FruitlessSearch.objects.create(portal_id=actor.portal_id, words=words, day=day, times=times)


@action(None)
def drop_old_searches(actor: Actor, *, now: datetime) -> int:
    """Forget what was searched for and whose time is over. System only."""
    _only_system(actor)
    count, _per = over(actor, "catalog.searches", now=now).delete()
    return count
