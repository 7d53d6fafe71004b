"""Decisions about order lists: how much of a line is ordered, and in what order lines stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

MOST_LISTS, MOST_LINES = 200, 500
PERSONAL, UNIT, COMPANY = "person", "unit", "company"


def wanted(*, par: Decimal | None, typed: Decimal | None, shelf: Decimal | None) -> Decimal | None:
    """Return how much of a line is ordered: what was typed, else what the shelf lacks of its minimum stock; None for nothing."""
    asked = typed if typed is not None else par - shelf if par is not None and shelf is not None else None
    return asked if asked is not None and asked > 0 else None


def reordered(keys: Sequence[int], places: Mapping[int, int]) -> list[int]:
    """Return keys in their new order: who names another place than his own comes to stand there, the others keep their order around them."""
    moved = sorted((key for number, key in enumerate(keys, 1) if places.get(key, number) != number), key=lambda key: places[key])
    found = [key for key in keys if key not in set(moved)]
    for key in moved:
        found.insert(max(places[key] - 1, 0), key)
    return found
