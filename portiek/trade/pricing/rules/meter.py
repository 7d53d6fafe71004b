"""How far an agreed quantity is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Meter:
    """How far an agreed quantity is: what was called off, what is left (never below zero) and the whole weeks until the last day (None: no end).

    `state`: "done" taken whole, "over" more than agreed, "ended" its days are over with some left, "behind" at this pace some will be left, "running".
    """

    agreed: Decimal
    called: Decimal
    left: Decimal
    weeks: int | None
    state: Literal["done", "over", "ended", "behind", "running"]


# Who is less than a tenth behind an even pace is on time.
SLACK = Decimal("0.9")


def meter(agreed: Decimal, called: Decimal, *, start: date | None, end: date | None, today: date) -> Meter:
    """Return how far an agreed quantity is on a day; both days of the agreement count."""
    left, weeks = max(agreed - called, ZERO), None if end is None else max((end - today).days + 1, 0) // 7
    if called >= agreed:
        return Meter(agreed, called, left, weeks, "over" if called > agreed else "done")
    if end is not None and end < today:
        return Meter(agreed, called, left, weeks, "ended")
    behind = False
    if start is not None and end is not None and start <= today:
        behind = called * ((end - start).days + 1) < agreed * (today - start).days * SLACK
    return Meter(agreed, called, left, weeks, "behind" if behind else "running")
