"""The kinds of task: each module names its own, with its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["info", "wait", "stop", "ok"]


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
    mail: bool


_kinds: dict[str, TaskKind] = {}


def task_kind(
    code: str, *, title: Any, detail: Any, action: Any, icon: str, url: Callable[[str, Mapping[str, Any]], str], tone: Tone = "wait", mail: bool = False
) -> str:
    """Register a kind `module.noun_verb` and return its code.

    `title` and `detail` are lazy texts with {values}; {late} and {due} are made from the due moment. `action` is the label of the one
    button. `mail`: who is asked also gets a mail with a link, once. Raises ValueError when the code is taken.
    """
    if code in _kinds:
        raise ValueError(f"the task {code} is registered twice")
    _kinds[code] = TaskKind(code, title, detail, action, icon, tone, url, mail)
    return code


def kind(code: str) -> TaskKind:
    """Return one kind. Raises KeyError for one that nobody registered."""
    return _kinds[code]


def kinds() -> dict[str, TaskKind]:
    """Return every kind by code."""
    return dict(_kinds)
