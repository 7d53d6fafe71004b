"""What the portal keeps of people: each module says what it holds of one person, for the copy that he may ask for (GDPR art. 15 and 20), and why, for the register of processing (art. 30)."""

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


@dataclass(frozen=True)
class Processing:
    """One line of the register: for what, on which ground, of whom, until when, who gets it; `fields` marks what holds it: a model's label to its fields with their words."""

    key: str
    label: Any
    purpose: Any
    ground: Any
    persons: Any
    term: Any
    receivers: Any
    fields: Mapping[str, Mapping[str, Any]]
    order: int

    def data(self) -> list[str]:
        """Return the categories of data, each once, in the language of the moment."""
        return list(dict.fromkeys(str(words) for found in self.fields.values() for words in found.values()))


_parts: dict[str, Part] = {}
_processings: dict[str, Processing] = {}
_not_personal: dict[str, str] = {}


def part(key: str, label: Any, *, columns: Mapping[str, Any], collect: Callable[[Actor, Person], Iterable[Mapping[str, Any]]], at_gate: bool = False, order: int = 100) -> None:
    """Register what a module keeps of a person. Raises ValueError when the key is taken."""
    if key in _parts:
        raise ValueError(f"the part {key} is registered twice")
    _parts[key] = Part(key, label, columns, collect, at_gate, order)


def parts() -> list[Part]:
    """Return every part, in order."""
    return sorted(_parts.values(), key=lambda item: (item.order, item.key))


def processing(key: str, label: Any, *, purpose: Any, ground: Any, persons: Any, term: Any, fields: Mapping[str, Mapping[str, Any]], receivers: Any = "", order: int = 100) -> None:
    """Register for what a module keeps data of people, and mark the fields that hold them. Raises ValueError when the key is taken."""
    if key in _processings:
        raise ValueError(f"the processing {key} is registered twice")
    _processings[key] = Processing(key, label, purpose, ground, persons, term, receivers, fields, order)


def processings() -> list[Processing]:
    """Return every processing, in order."""
    return sorted(_processings.values(), key=lambda item: (item.order, item.key))


def not_personal(reason: str, *names: str) -> None:
    """Say that a model ("catalog.Product"), a field ("accounts.Role.name") or a field of every model ("*.currency") holds nothing of a person, and why. Raises ValueError when it is said twice."""
    for name in names:
        if name in _not_personal:
            raise ValueError(f"{name} is said to be not personal twice")
        _not_personal[name] = reason


def said_not_personal() -> dict[str, str]:
    """Return what holds nothing of a person, with the reason."""
    return dict(_not_personal)


not_personal("what the ERP calls a row, not a person", "*.external_id", "*.erp_version")
not_personal("a code of the program or of a standard", "*.kind", "*.mode", "*.currency", "*.country", "*.language", "*.time_zone", "*.media_type", "*.sha256", "*.content_hash", "*.lease_token", "*.icon", "*.audience", "*.right")
