"""What the portal keeps of one person: each module says what it holds, for the copy that a person may ask for (GDPR art. 15 and 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Person:
    """Whose data it is about."""

    user_id: int
    email: str
    name: str


@dataclass(frozen=True)
class Part:
    """One table of a module: `columns` are its fields with their words; `collect(actor, person)` returns rows of plain values, as the portal itself or at the gate."""

    key: str
    label: Any
    columns: Mapping[str, Any]
    collect: Callable[[Actor, Person], Iterable[Mapping[str, Any]]]
    at_gate: bool
    order: int


_parts: dict[str, Part] = {}


def part(key: str, label: Any, *, columns: Mapping[str, Any], collect: Callable[[Actor, Person], Iterable[Mapping[str, Any]]], at_gate: bool = False, order: int = 100) -> None:
    """Register what a module keeps of a person. Raises ValueError when the key is taken."""
    if key in _parts:
        raise ValueError(f"the part {key} is registered twice")
    _parts[key] = Part(key, label, columns, collect, at_gate, order)


def parts() -> list[Part]:
    """Return every part, in order."""
    return sorted(_parts.values(), key=lambda item: (item.order, item.key))
