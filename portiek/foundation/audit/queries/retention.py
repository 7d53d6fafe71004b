"""How long things are kept here, what the next night would remove, and which legal holds stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from portiek.core import retention
from portiek.core.actor import Actor
from portiek.core.models import Hold


@dataclass(frozen=True)
class Standing:
    """One term: how many days, within which bounds, and how many rows the next night would remove."""

    key: str
    label: str
    days: int
    usual: int
    least: int
    most: int
    over: int


def terms_at(actor: Actor, *, at_gate: bool) -> list[Standing]:
    """Return the terms of what the gate (or staff) may look at, with what is over now."""
    days = retention.days_of(actor)
    return [Standing(item.key, str(item.label), days[item.key], item.days, item.least, item.most, retention.over(actor, item.key).count()) for item in retention.terms() if item.at_gate == at_gate]


def all_holds(actor: Actor) -> QuerySet[Hold]:
    """Return the legal holds, also those that ended, for staff."""
    return Hold.objects.filter(portal_id=actor.portal_id)
