"""The kinds of message: each module names its own, with its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portiek.foundation.tasks import kinds as task_kinds

TASK = "task:"
Url = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True)
class MessageKind:
    """How messages of one kind are written."""

    code: str
    title: Any
    body: Any
    url: Url
    action: Any
    icon: str
    mail: bool
    secret: bool


_kinds: dict[str, MessageKind] = {}


def _nowhere(subject: str, values: Mapping[str, Any]) -> str:
    return ""


def message_kind(
    code: str, *, title: Any, body: Any, url: Url = _nowhere, action: Any = "", icon: str = "bell", mail: bool = True, secret: bool = False
) -> str:
    """Register a kind `module.noun_past` and return its code.

    `title` is one line (the subject of the mail), `body` one or more paragraphs (an empty line between), both lazy texts with {values};
    `url(subject, values)` the path it leads to, without reading the database; `action` the words of the mail's button. `secret`: the
    values are erased once the mail is sent (log-in codes, invitations). Raises ValueError when the code is taken.
    """
    if code in _kinds:
        raise ValueError(f"the message {code} is registered twice")
    _kinds[code] = MessageKind(code, title, body, url, action, icon, mail, secret)
    return code


def kind(code: str) -> MessageKind:
    """Return one kind; `task:<kind>` is that of a task, in the task's own words. Raises KeyError for one that nobody registered."""
    if code.startswith(TASK):
        task = task_kinds.kind(code.removeprefix(TASK))
        return MessageKind(code, task.title, task.detail, task.url, task.action, task.icon, True, False)
    return _kinds[code]


def kinds() -> dict[str, MessageKind]:
    """Return every kind by code."""
    return dict(_kinds)
