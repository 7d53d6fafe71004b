"""Search over everything: each module finds its own things, under the reader's own rights and row security."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import Actor

AT_MOST_WORDS = 100


@dataclass(frozen=True)
class Hit:
    """One thing found, in words."""

    label: str
    note: str
    icon: str
    url: str


@dataclass(frozen=True)
class Finder:
    """How a module finds its things: `find(actor, text, limit)` is a few statements and returns what this actor may see."""

    key: str
    label: Any
    right: str | None
    audience: Literal["party", "staff", "both"]
    order: int
    find: Callable[[Actor, str, int], Sequence[Hit]]


_finders: dict[str, Finder] = {}


def finder(key: str, label: Any, *, right: str | None, find: Callable[[Actor, str, int], Sequence[Hit]], order: int, audience: Literal["party", "staff", "both"] = "both") -> None:
    """Register a finder. Raises ValueError when the key is taken."""
    if key in _finders:
        raise ValueError(f"the finder {key} is registered twice")
    _finders[key] = Finder(key, label, right, audience, order, find)


def found(actor: Actor, text: str, *, limit: int) -> list[tuple[Finder, list[Hit]]]:
    """Ask every finder that this actor may use; at most `limit` hits of each, none without words."""
    asked = " ".join(text.replace("\0", " ").split())[:AT_MOST_WORDS]
    if not asked:
        return []
    side = "staff" if actor.is_staff else "party"
    mine = [item for item in _finders.values() if item.audience in (side, "both") and (item.right is None or actor.may(item.right))]
    groups = [(item, list(item.find(actor, asked, limit))[:limit]) for item in sorted(mine, key=lambda item: (item.order, item.key))]
    return [(item, hits) for item, hits in groups if hits]
