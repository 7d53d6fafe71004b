"""Where budgets hear what was spent: who lets people order says it here, so that budgets know nothing of orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Spent:
    """What one person ordered in a month (its first day) for one branch and cost centre, net; `waiting`: of that what waits for approval."""

    month: date
    user_id: int
    unit_id: int | None
    cost_centre: str
    net: Decimal
    waiting: Decimal


Source = Callable[[Actor, int, date], list[Spent]]
_sources: list[Source] = []


def spends(source: Source) -> Source:
    """Register what knows of a party what was spent from a day on, asked as (actor, party, day)."""
    _sources.append(source)
    return source


def spent(actor: Actor, *, party_id: int, since: date) -> list[Spent]:
    """Return what a party spent from a day on: one statement for each source."""
    return [row for source in _sources for row in source(actor, party_id, since)]
