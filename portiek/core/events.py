"""Events: what a company's own programs can be told of, under names that are for ever. Each module names its own, made of its public facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portiek.core.addresses import Key
from portiek.core.facts import Fact


@dataclass(frozen=True)
class Event:
    """One kind of event: which facts it is made of, which right sees it (None: every member), and where the API tells the rest.

    `text`: what the business number of the fact is called in the data. `everyone`: also told, without a single field, to every party that
    may see such things when the fact is of the whole portal.
    """

    name: str
    label: Any
    facts: tuple[str, ...]
    right: str | None
    text: str
    path: str
    everyone: bool

    def address(self, text: str) -> str:
        """Return the path below /api/v1 of what the event is about, or "" when the API has no page of it."""
        return self.path.replace("{}", Key().to_url(text)) if self.path and (text or "{}" not in self.path) else ""


_events: dict[str, Event] = {}
_of_fact: dict[str, Event] = {}


def event(name: str, label: Any, *facts: type[Fact], right: str | None, text: str = "number", path: str = "", everyone: bool = False) -> str:
    """Register an event `noun.past_tense` of public facts and return its name. Raises ValueError for a name or fact that is taken or not public."""
    if name in _events or any(item.name in _of_fact for item in facts):
        raise ValueError(f"the event {name} or one of its facts is registered twice")
    if not facts or not all(item.public for item in facts):
        raise ValueError(f"the event {name} is made of public facts only")
    _events[name] = Event(name, label, tuple(item.name for item in facts), right, text, path, everyone)
    _of_fact.update((item.name, _events[name]) for item in facts)
    return name


def events() -> dict[str, Event]:
    """Return every event by name."""
    return dict(_events)


def of_fact(name: str) -> Event | None:
    """Return the event that a fact makes, or None."""
    return _of_fact.get(name)


def facts_of(names: Iterable[str]) -> list[str]:
    """Return the names of the facts that events are made of; unknown events have none."""
    return [fact for name in names if name in _events for fact in _events[name].facts]
