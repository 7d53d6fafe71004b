"""The sentence of each fact. A module words its own facts in its `slots.py`; those of the modules below stand in the audit's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["", "ok", "wait", "stop", "info"]


@dataclass(frozen=True)
class FactWords:
    """How one kind of fact is said."""

    name: str
    text: Any
    icon: str
    tone: Tone


_words: dict[str, FactWords] = {}


def fact_words(name: str, text: Any, *, icon: str = "dot", tone: Tone = "") -> str:
    """Word a fact: a lazy text such as _("{user} approved order {text}"), with {user}, {text} and the fact's own fields.

    Raises ValueError when it is worded already.
    """
    if name in _words:
        raise ValueError(f"the fact {name} is worded twice")
    _words[name] = FactWords(name, text, icon, tone)
    return name


def worded() -> dict[str, FactWords]:
    """Return the words of every fact by its name."""
    return dict(_words)


@dataclass(frozen=True)
class ChangeWords:
    """What a field that changed is called, and how its values are said."""

    label: Any
    values: Mapping[str, Any]


_changes: dict[str, ChangeWords] = {}
_groups: dict[str, Any] = {}


def change_words(name: str, label: Any, values: Mapping[str, Any] | None = None) -> str:
    """Word a field that facts say the change of; `values` are the words of its codes. Raises ValueError when it is worded already."""
    if name in _changes:
        raise ValueError(f"the change of {name} is worded twice")
    _changes[name] = ChangeWords(label, values or {})
    return name


def changes() -> dict[str, ChangeWords]:
    """Return the words of every field that changes."""
    return dict(_changes)


def fact_group(prefix: str, label: Any) -> str:
    """Name a group of facts: those whose names begin with the module `prefix`. Raises ValueError when it has a name already."""
    if prefix in _groups:
        raise ValueError(f"the group {prefix} is named twice")
    _groups[prefix] = label
    return prefix


def groups() -> dict[str, Any]:
    """Return the groups of facts: module to label."""
    return dict(_groups)
