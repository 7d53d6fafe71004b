"""Writes of how old figures of the ERP are, and may be."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.trade.catalog import facts, permissions
from portiek.trade.catalog.models import CatalogSync, FreshnessLimit
from portiek.trade.catalog.queries import old_after
from portiek.trade.catalog.rules import MOST_HOURS, MOST_PRICE_HOURS


@action(permissions.MANAGE)
def note_heard(actor: Actor, *, kind: str) -> None:
    """Remember that the ERP was heard about a kind of data until its end, whether or not something changed."""
    CatalogSync.objects.update_or_create(portal_id=actor.portal_id, kind=CatalogSync.Kind(kind), defaults={"as_of": timezone.now()})


@action(permissions.MANAGE)
def set_freshness(actor: Actor, *, hours: int, prices: int) -> None:
    """Say after how many hours without a word from the ERP its stock and its prices count as old. Raises Refused."""
    for field, value, most in (("hours", hours, MOST_HOURS), ("prices", prices, MOST_PRICE_HOURS)):
        if not 1 <= value <= most:
            raise Refused("catalog.hours", field=field, most=most)
    before = old_after(actor)
    FreshnessLimit.objects.update_or_create(portal_id=actor.portal_id, defaults={"hours": hours, "price_hours": prices})
    changes = {name: (old, new) for name, old, new in zip(("freshness", "price_freshness"), before, (hours, prices), strict=True) if old != new}
    if changes:
        record(actor, facts.FreshnessChanged(hours=hours, prices=prices), text=str(hours), changes=changes)
