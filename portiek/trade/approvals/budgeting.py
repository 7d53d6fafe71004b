"""Decisions about budgets: in which period a day lies, what is left of it, and what an amount passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

MONTHS = {"month": 1, "quarter": 3, "year": 12}
COMPANY, PERSON, UNIT, COST = "company", "person", "unit", "cost"
MOST_BUDGETS, MOST_COSTS = 200, 500
# From which part on who keeps the budgets is warned.
NEAR = Decimal("0.8")


@dataclass(frozen=True)
class Terms:
    """How much in which period, from the first day of a month on. `carries`: what is left of a period comes to the next one."""

    amount: Decimal
    period: str
    starts_on: date
    carries: bool = False


@dataclass(frozen=True)
class Meter:
    """How a budget stands in a period. `waiting`: of what waits for approval, which is kept free for it."""

    start: date
    end: date
    room: Decimal
    spent: Decimal
    waiting: Decimal

    @property
    def used(self) -> Decimal:
        """What was ordered and what waits."""
        return self.spent + self.waiting

    @property
    def left(self) -> Decimal:
        """What can still be ordered; below zero when more was."""
        return self.room - self.used

    @property
    def percent(self) -> int:
        """How much of it is used."""
        return int(self.used * 100 / self.room) if self.room > 0 else 100

    @property
    def is_near(self) -> bool:
        """Whether it is nearly used up."""
        return self.used >= self.room * NEAR


def _later(first: date, months: int) -> date:
    months += first.year * 12 + first.month - 1
    return date(months // 12, months % 12 + 1, 1)


def _place(terms: Terms, day: date) -> int:
    """Return the how many-th period a day lies in, from 0."""
    return ((day.year - terms.starts_on.year) * 12 + day.month - terms.starts_on.month) // MONTHS[terms.period]


def since(terms: Terms, day: date) -> date | None:
    """Return from which day on one has to know what was spent, or None before the budget begins."""
    if day < terms.starts_on:
        return None
    return terms.starts_on if terms.carries else _later(terms.starts_on, _place(terms, day) * MONTHS[terms.period])


def meter(terms: Terms, spent: Mapping[date, tuple[Decimal, Decimal]], day: date) -> Meter | None:
    """Return how a budget stands on a day, or None before it begins. `spent`: by the first day of a month, what was ordered and what waits. What was spent above a period is not taken off the next."""
    if day < terms.starts_on:
        return None
    length, last = MONTHS[terms.period], _place(terms, day)
    carried = ordered = waiting = Decimal(0)
    for place in range(last + 1) if terms.carries else (last,):
        months = [spent.get(_later(terms.starts_on, place * length + month), (Decimal(0), Decimal(0))) for month in range(length)]
        ordered, waiting = sum((month[0] for month in months), Decimal(0)), sum((month[1] for month in months), Decimal(0))
        if place < last:
            carried = max(carried + terms.amount - ordered - waiting, Decimal(0))
    start = _later(terms.starts_on, last * length)
    return Meter(start, _later(start, length) - timedelta(days=1), terms.amount + carried, ordered, waiting)


@dataclass(frozen=True)
class Left:
    """What is left of a budget that something counts for. `hard`: nothing goes above it; else a colleague approves that."""

    key: int
    name: str
    period: str
    room: Decimal
    left: Decimal
    hard: bool
