"""When a task presses, and how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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


def instead_of(user_id: int | None, right: str, may: Collection[str], absent: Iterable[tuple[str, int, Iterable[str]]], *, doable: bool) -> list[str]:
    """Return the names of those of `absent` (name, user, rights) in whose place somebody who `may` does a task: who was asked by name, when it is `doable` for him, or who would be asked by his right."""
    if user_id is not None:
        return [name for name, key, _rights in absent if key == user_id and doable]
    return [name for name, _key, rights in absent if right in may and right in held(rights)]


def next_reminder(due_at: datetime | None, days: Iterable[int], after: datetime) -> datetime | None:
    """Return the first moment later than `after` at which somebody hears again of a task; days before (negative), on and after its deadline."""
    return min((moment for day in days if (moment := due_at + timedelta(days=day)) > after), default=None) if due_at else None


@dataclass(frozen=True)
class Used:
    """How long a task lay with each side."""

    asked: timedelta
    asker: timedelta


def used(steps: Iterable[tuple[str, datetime]], until: datetime) -> Used:
    """Return how long each side had the turn, of (what happened, when) in order: a question gives the turn to who asked, an answer gives it back; it stops when done."""
    turn, since, spent = "", until, {"asked": timedelta(0), "asker": timedelta(0)}
    for what, at in steps:
        moment = min(at, until)
        if turn:
            spent[turn] += max(moment - since, timedelta(0))
        turn = {"question": "asker", "answer": "asked", "asked": "asked", "done": ""}.get(what, turn)
        since = moment
    if turn:
        spent[turn] += max(until - since, timedelta(0))
    return Used(spent["asked"], spent["asker"])


def whole_days(spent: timedelta) -> int:
    """Return a time in days begun: the first minute of a day counts as the day."""
    return -(-spent // timedelta(days=1))
