"""What a change of prices means for one party. Pure: quantities and prices in, lines out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# Letters are about what is near: further ahead no price is known.
MOST_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Change:
    """One product whose price changes: per unit before and after (None: on request), and what that does to what was bought; None where a price is on request."""

    before: Decimal | None
    after: Decimal | None
    bought: Decimal | None
    effect: Decimal | None

    @property
    def weight(self) -> int:
        """How much it matters, in cents either way."""
        return 0 if self.effect is None else abs(int(self.effect * 100))


def usual(quantity: Decimal, times: int, least: Decimal, step: Decimal) -> Decimal:
    """Return how much is bought at a time: the mean of the orders in whole steps, never less than can be ordered. Its price is the one that is told."""
    if not times:
        return least
    return max((quantity / times / step).quantize(Decimal(1), ROUND_HALF_UP) * step, least)


def change(quantity: Decimal, before: Decimal | None, after: Decimal | None, line: Callable[[Decimal, Decimal], Decimal]) -> Change | None:
    """Return what changes for a product of which this quantity was bought, or None when nothing does. `line` rounds quantity times price as the portal does."""
    if before == after:
        return None
    if before is None or after is None:
        return Change(before, after, None, None)
    was = line(quantity, before)
    return Change(before, after, was, line(quantity, after) - was)


def percentage(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Return by how many percent a price goes up (or down), to one decimal; None where that cannot be said."""
    if not before or after is None:
        return None
    return ((after - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)


def wrong_day(effective_on: date, today: date) -> str:
    """Return why a letter cannot be about this day: "past", "far" or nothing."""
    if effective_on <= today:
        return "past"
    return "far" if (effective_on - today).days > MOST_AHEAD else ""
