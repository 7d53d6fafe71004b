"""Decisions about recurring orders: when the next turn is, and whether it became too dear. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

MOST, MOST_LINES = 200, 500
WEEK, MONTH = "week", "month"
MOST_EVERY, MOST_REMIND, MOST_WANTED, MOST_TIMES = 52, 14, 60, 520
PERSONAL, UNIT, COMPANY = "person", "unit", "company"
ACTIVE, PAUSED, STOPPED, ENDED = "active", "paused", "stopped", "ended"
COMING, WAITS, PLACED, SKIPPED, FAILED, LAPSED = "coming", "waits", "placed", "skipped", "failed", "lapsed"
# Of a turn about which nothing more is decided.
DONE = (PLACED, SKIPPED, FAILED, LAPSED)


def following(day: date, *, rhythm: str, every: int, month_day: int) -> date:
    """Return the turn after one. A month without its day has it on its last one, and the next month has its own day again."""
    if rhythm == WEEK:
        return day + timedelta(weeks=every)
    months = day.year * 12 + day.month - 1 + every
    year, month = divmod(months, 12)
    return date(year, month + 1, min(month_day, calendar.monthrange(year, month + 1)[1]))


def next_after(day: date, today: date, *, rhythm: str, every: int, month_day: int) -> date:
    """Return the first turn after both a turn and a day: what was missed while nothing ran is not made up for."""
    found = following(day, rhythm=rhythm, every=every, month_day=month_day)
    while found <= today:
        found = following(found, rhythm=rhythm, every=every, month_day=month_day)
    return found


def is_over(day: date, *, until: date | None, left: int | None) -> bool:
    """Whether there is no turn on a day any more."""
    return (until is not None and day > until) or left == 0


def rise(was: Decimal | None, now: Decimal | None) -> Decimal | None:
    """Return by how much a price changed, in per cent with one decimal; None where there is nothing to compare."""
    return None if was is None or now is None or was <= 0 else ((now - was) * 100 / was).quantize(Decimal("0.1"))


def too_dear(lines: Iterable[tuple[Decimal | None, Decimal | None, Decimal]], limit: Decimal | None) -> bool:
    """Whether a line, or all of them together, rose by more than a limit in per cent: of each what it cost last time, what it costs now and how much of it."""
    if limit is None:
        return False
    known = [(was, now, quantity) for was, now, quantity in lines if was is not None and now is not None]
    above = 1 + limit / 100
    return any(now > was * above for was, now, _quantity in known) or sum(now * quantity for _was, now, quantity in known) > sum(was * quantity for was, _now, quantity in known) * above
