"""Work out the points and bars of a chart, so that the template only draws them.

A chart is drawn on the server as SVG: no script, the portal's own colours, readable in print, with a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | int | float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in the units of its drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart and the value it stands for."""

    y: float
    value: float


def nice_top(highest: float) -> float:
    """Return a round number at or above the highest value (1, 2, 2.5 or 5 times a power of ten)."""
    if highest <= 0:
        return 1.0
    power = float(10 ** math.floor(math.log10(highest)))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= highest - 1e-9)


def ticks(values: Sequence[Number], height: float, count: int = 4) -> list[Tick]:
    """Return the lines across a chart, from zero to a round number above the highest value."""
    top = nice_top(max((float(value) for value in values), default=0))
    return [Tick(round(height - height * n / count, 2), top * n / count) for n in range(count + 1)]


def bars(values: Sequence[Number], width: float, height: float, gap: float = 0.35) -> list[Bar]:
    """Return a bar for each value, side by side; `gap` is the part of each place that stays empty."""
    top = nice_top(max((float(value) for value in values), default=0))
    place = width / max(len(values), 1)
    found = []
    for n, value in enumerate(values):
        tall = round(height * max(float(value), 0) / top, 2)
        found.append(
            Bar(round(n * place + place * gap / 2, 2), round(height - tall, 2), round(place * (1 - gap), 2), tall)
        )
    return found


def points(values: Sequence[Number], width: float, height: float) -> str:
    """Return the points of a line through the values, as an SVG polyline wants them."""
    top = nice_top(max((float(value) for value in values), default=0))
    step = width / max(len(values) - 1, 1)
    return " ".join(
        f"{n * step:.1f},{height - height * max(float(value), 0) / top:.1f}" for n, value in enumerate(values)
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole bar: where it starts and how wide it is, in hundredths."""

    x: float
    width: float


def shares(values: Sequence[Number], gap: float = 0.8) -> list[Share]:
    """Split a bar of 100 over the values; a value above zero is never thinner than 1.5, so that it is seen."""
    amounts = [max(float(value), 0) for value in values]
    total = sum(amounts)
    if not total:
        return [Share(0, 0) for _ in amounts]
    widths = [max(amount / total * 100, 1.5) if amount else 0.0 for amount in amounts]
    room = 100 - gap * (sum(1 for width in widths if width) - 1)
    scale = room / sum(widths)
    found, x = [], 0.0
    for width in widths:
        found.append(Share(round(x, 2), round(width * scale, 2)))
        x += width * scale + gap if width else 0
    return found
