"""When a task presses, and how much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

UNDATED = timedelta(days=14)
REACHES = ("own", "unit", "company")


def ranks_at(asked_at: datetime, due_at: datetime | None) -> datetime:
    """Return the moment a task is ordered by: without a due moment it counts as due two weeks after it was asked."""
    return due_at or asked_at + UNDATED


def days_late(due: date | None, today: date) -> int:
    """Return how many days a task is late; 0 on its day and before."""
    return max((today - due).days, 0) if due else 0


def tone(kind_tone: str, due: date | None, today: date) -> str:
    """Return how a task is shown: red once it is late, whatever its kind."""
    return "stop" if days_late(due, today) else kind_tone


def held(rights: Iterable[str]) -> set[str]:
    """Return the rights a task may be addressed by, each also without its reach (order.view.company: order.view)."""
    found = set(rights)
    return found | {right.rpartition(".")[0] for right in found if right.rpartition(".")[2] in REACHES}
