"""Writes of when a portal delivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.trade.orders import delivering, facts, permissions
from portiek.trade.orders.models import ClosedDay, DeliveryDays


@action(permissions.MANAGE)
def set_delivery(actor: Actor, *, days: Sequence[int], cutoffs: Mapping[int, time], lead: int, slots: Sequence[str], asks_parts: bool, pickup: bool = False, change_minutes: int = 0) -> None:
    """Say on which weekdays the portal delivers, until when an order counts for its day, and what a buyer may choose; without days any day can be asked."""
    row = DeliveryDays.objects.select_for_update().filter(portal_id=actor.portal_id).first() or DeliveryDays(portal_id=actor.portal_id)
    values = {"days": sorted(set(days)), "cutoffs": {str(day): cutoffs[day].strftime("%H:%M") for day in sorted(cutoffs)}, "lead": lead, "slots": [slot for slot in delivering.SLOTS if slot in slots], "asks_parts": asks_parts, "pickup": pickup, "change_minutes": change_minutes}
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    if changes:
        record(actor, facts.DeliveryChanged(), changes={f"delivery.{name}": (str(before), str(after)) for name, (before, after) in changes.items()})


@action(permissions.MANAGE)
def close_days(actor: Actor, *, days: Mapping[date, str]) -> None:
    """Say on which days nothing is handled and nothing comes; a day that is there already gets the new name."""
    ClosedDay.objects.bulk_create([ClosedDay(portal_id=actor.portal_id, day=day, name=name.strip()[:80]) for day, name in days.items()], update_conflicts=True, unique_fields=["portal", "day"], update_fields=["name"])
    record(actor, facts.DeliveryChanged(), changes={"delivery.closed": ("", ", ".join(day.isoformat() for day in days))})


@action(permissions.MANAGE)
def open_day(actor: Actor, *, day: date) -> None:
    """Let a day be one as others again."""
    if ClosedDay.objects.filter(portal_id=actor.portal_id, day=day).delete()[0]:
        record(actor, facts.DeliveryChanged(), changes={"delivery.closed": (day.isoformat(), "")})
