"""What falls due: each module finds its own, under the reader's own rights and row security. For the calendar of a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from portiek.core.actor import Actor

# So far back and ahead a calendar looks, and of one module in one company it shows at most so many.
BACK, AHEAD, MOST = timedelta(days=60), timedelta(days=400), 300


@dataclass(frozen=True)
class Deadline:
    """One thing that falls due, in words of the moment's language. `key` stays the same as long as it is the same thing; `since`: from when it is known."""

    key: str
    title: str
    note: str
    path: str
    due: datetime | date
    since: datetime


Find = Callable[[Actor, datetime, datetime], Sequence[Deadline]]


@dataclass(frozen=True)
class Source:
    """How a module finds what falls due: `find(actor, since, until)` is one statement and gives what this actor may see at this moment."""

    key: str
    right: str | None
    audience: Literal["party", "staff", "both"]
    find: Find


_sources: dict[str, Source] = {}


def source(key: str, *, right: str | None, find: Find, audience: Literal["party", "staff", "both"] = "both") -> None:
    """Register where deadlines come from. Raises ValueError when the key is taken."""
    if key in _sources:
        raise ValueError(f"the source of deadlines {key} is registered twice")
    _sources[key] = Source(key, right, audience, find)


def deadlines(actor: Actor, now: datetime) -> list[Deadline]:
    """Return what falls due for an actor, each source asked once."""
    side = "staff" if actor.is_staff else "party"
    mine = [item for item in _sources.values() if item.audience in (side, "both") and (item.right is None or actor.may(item.right))]
    return [found for item in mine for found in item.find(actor, now - BACK, now + AHEAD)[:MOST]]
