"""The kinds of task: each module names its own, with its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import Actor

Tone = Literal["info", "wait", "stop", "ok"]
# How who is asked hears of it by mail, as long as he chose nothing else.
Way = Literal["off", "daily", "now"]


# What staff asks a party in words of its own.
OWN = "tasks.own"
REMIND = (-3, -1, 0, 3)


@dataclass(frozen=True)
class TaskKind:
    """How tasks of one kind are shown. `url(subject, values)` must not read the database: a list shows many."""

    code: str
    title: Any
    detail: Any
    action: Any
    icon: str
    tone: Tone
    url: Callable[[str, Mapping[str, Any]], str]
    mail: Way
    label: Any
    several: Any
    right: str
    audience: Literal["party", "staff", "both"]
    remind: tuple[int, ...]
    escalate: tuple[int, str] | None
    able: Callable[[Actor, str], Collection[int]] | None


_kinds: dict[str, TaskKind] = {}


def task_kind(
    code: str,
    *,
    title: Any,
    detail: Any,
    action: Any,
    icon: str,
    url: Callable[[str, Mapping[str, Any]], str],
    tone: Tone = "wait",
    mail: Way = "daily",
    label: Any = "",
    several: Any = "",
    right: str = "",
    audience: Literal["party", "staff", "both"] = "party",
    remind: tuple[int, ...] = REMIND,
    escalate: tuple[int, str] | None = None,
    able: Callable[[Actor, str], Collection[int]] | None = None,
) -> str:
    """Register a kind `module.noun_verb` and return its code.

    `title` and `detail` are lazy texts with {values}; {late} and {due} are made from the due moment. `action` is the label of the one
    button. `mail`: how who is asked hears of it by mail when he chose nothing. `label` names such tasks without values, `several` says {count} of them;
    `right` and `audience`: to whom that choice is offered. `remind`: on which days around the deadline who is asked hears of it again; `escalate`: so many days after
    it, who holds that right on the same side is told. `able(actor, subject)`: which users can do what it asks, where the right alone does not say so; to others it is not handed over. Raises ValueError when the code is taken.
    """
    if code in _kinds:
        raise ValueError(f"the task {code} is registered twice")
    _kinds[code] = TaskKind(code, title, detail, action, icon, tone, url, mail, label, several, right, audience, remind, escalate, able)
    return code


def kind(code: str) -> TaskKind:
    """Return one kind. Raises KeyError for one that nobody registered."""
    return _kinds[code]


def kinds() -> dict[str, TaskKind]:
    """Return every kind by code."""
    return dict(_kinds)


def within(held: Collection[str]) -> list[str]:
    """Return the kinds of which somebody with these rights may do what was asked of another: those that ask for none, and those whose right he holds."""
    return [code for code, item in _kinds.items() if not item.right or item.right in held]
