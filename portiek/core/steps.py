"""What makes a new portal ready: each module names its step, in words, with whether it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Stand:
    """Where a step stands: what there is, in words."""

    done: bool
    note: str


@dataclass(frozen=True)
class Step:
    """One step; `url` is a URL name, `optional` what a portal can do without, `stand(actor)` a statement or two."""

    key: str
    label: Any
    why: Any
    url: str
    right: str
    order: int
    optional: bool
    stand: Callable[[Actor], Stand]


_steps: dict[str, Step] = {}


def step(key: str, label: Any, why: Any, *, url: str, right: str, order: int, stand: Callable[[Actor], Stand], optional: bool = False) -> None:
    """Register a step. Raises ValueError when the key is taken."""
    if key in _steps:
        raise ValueError(f"the step {key} is registered twice")
    _steps[key] = Step(key, label, why, url, right, order, optional, stand)


def steps(actor: Actor) -> list[tuple[Step, Stand]]:
    """Return the steps that this actor may take, in order, with where they stand."""
    mine = [item for item in _steps.values() if actor.may(item.right)]
    return [(item, item.stand(actor)) for item in sorted(mine, key=lambda item: (item.order, item.key))]
