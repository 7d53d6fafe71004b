"""How long two ways through one door take, so that a stranger learns nothing from the clock (T34)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import Attempt

CLOSE, ROUNDS, ENOUGH = 0.005, 100, 24


def same_time(portal_id: int, ways: dict[str, Callable[[int], Callable[[], Any]]]) -> dict[str, Any]:
    """Go both ways in turn until the fastest of each differ by less than 5 ms, and return what each said last; AssertionError when that never comes.

    `ways`: name to what prepares one try and returns it. The fastest counts: others on the machine only ever add, and another round takes that away.
    """
    took: dict[str, list[float]] = {name: [] for name in ways}
    said: dict[str, Any] = {}
    for number in range(ROUNDS):
        for name in sorted(ways, reverse=number % 2 == 0):
            with scope(Actor.gate(portal_id)):
                Attempt.objects.all().delete()  # each try as if it were the first of the day
            go = ways[name](number)
            start = time.perf_counter()
            said[name] = go()
            took[name].append(time.perf_counter() - start)
        fastest = [min(times) for times in took.values()]
        if number >= ENOUGH and max(fastest) - min(fastest) < CLOSE:
            return said
    raise AssertionError({name: f"{min(times) * 1000:.1f} ms" for name, times in took.items()})
