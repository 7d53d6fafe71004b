"""The kinds of message: each module names its own, with its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import translation

from portiek.core.permissions import rights
from portiek.foundation.notifications.rules import Way, places
from portiek.foundation.tasks import kinds as task_kinds

TASK = "task:"
# Several messages in one mail.
DIGEST = "notifications.digest"
# Who asked somebody something is asked back.
QUESTION = "tasks.question_asked"
# Who is away chose somebody who stands in.
DEPUTY = "accounts.deputy_chosen"
# A mail to see whether an address works.
TRIED = "notifications.address_tried"

Url = Callable[[str, Mapping[str, Any]], str]
Audience = Literal["party", "staff", "both"]


@dataclass(frozen=True)
class MessageKind:
    """How messages of one kind are written, who hears them and how, as long as he chose nothing else."""

    code: str
    title: Any
    body: Any
    url: Url
    action: Any
    icon: str
    mail: Way
    secret: bool
    label: Any
    right: str
    audience: Audience
    urgent: bool
    obliged: bool
    several: Any

    @property
    def topic(self) -> str:
        """What it is about: the module that tells it."""
        return self.code.removeprefix(TASK).partition(".")[0]


_kinds: dict[str, MessageKind] = {}
_topics: dict[str, tuple[int, Any]] = {}


def _nowhere(subject: str, values: Mapping[str, Any]) -> str:
    return ""


def message_kind(
    code: str,
    *,
    title: Any,
    body: Any,
    url: Url = _nowhere,
    action: Any = "",
    icon: str = "bell",
    mail: Way = "now",
    secret: bool = False,
    label: Any = "",
    right: str = "",
    audience: Audience = "party",
    urgent: bool = False,
    obliged: bool = False,
    several: Any = "",
) -> str:
    """Register a kind `module.noun_past` and return its code.

    `title` is one line (the subject of the mail), `body` one or more paragraphs (an empty line between), both lazy texts with {values};
    `url(subject, values)` the path it leads to, without reading the database; `action` the words of the mail's button. `mail`: how it is mailed to who
    chose nothing: off, daily, now. `label` names the event to who chooses, `several` says {count} of them at once; `right`: who holds it is offered the
    choice. `urgent`: mailed in quiet hours too; `obliged`: nobody turns its mail off. `secret`: the values are erased once the mail is sent (log-in codes,
    invitations), and nobody chooses. Raises ValueError when the code is taken.
    """
    if code in _kinds:
        raise ValueError(f"the message {code} is registered twice")
    _kinds[code] = MessageKind(code, title, body, url, action, icon, mail, secret, label or title, right, audience, urgent or secret, obliged or secret, several)
    return code


def topic(module: str, label: Any, order: int = 100) -> None:
    """Name what the messages of a module are about, for the page on which people choose. Raises ValueError when it is named already."""
    if module in _topics:
        raise ValueError(f"the topic {module} is named twice")
    _topics[module] = (order, label)


def kind(code: str) -> MessageKind:
    """Return one kind; `task:<kind>` is that of a task, in the task's own words. Raises KeyError for one that nobody registered."""
    if code.startswith(TASK):
        task = task_kinds.kind(code.removeprefix(TASK))
        return MessageKind(code, task.title, task.detail, task.url, task.action, task.icon, task.mail, False, task.label or task.title, task.right, task.audience, False, False, task.several)
    return _kinds[code]


def kinds() -> dict[str, MessageKind]:
    """Return every kind by code, those of tasks too."""
    return {**_kinds, **{f"{TASK}{code}": kind(f"{TASK}{code}") for code in task_kinds.kinds()}}


def chosen_by(side: Audience, may: Callable[[str], bool]) -> list[tuple[Any, list[MessageKind]]]:
    """Return what a person of one side (both: anybody) may choose about, under the names of its topics: what his rights let him hear of."""
    groups: dict[str, list[MessageKind]] = {}
    for known in kinds().values():
        if not known.secret and known.code not in (DIGEST, TRIED) and (side == "both" or known.audience in (side, "both")) and (not known.right or may(known.right)):
            groups.setdefault(known.topic, []).append(known)
    ordered = sorted(groups, key=lambda name: (_topics.get(name, (999, name))[0], name))
    return [(_topics[name][1] if name in _topics else name, groups[name]) for name in ordered]


def places_of(code: str, language: str) -> list[str]:
    """Return the values that mails of a kind may name: those of its module's words, and the portal's name."""
    known = kinds()[code]
    with translation.override(language):
        return list(dict.fromkeys([*places(f"{known.title} {known.body}"), "portal"]))


def written() -> list[tuple[Any, list[MessageKind]]]:
    """Return every kind whose mails say something of their own, log-in codes and invitations too, under the names of its topics."""
    groups: dict[str, list[MessageKind]] = {}
    for known in kinds().values():
        if known.code != DIGEST:
            groups.setdefault(known.topic, []).append(known)
    ordered = sorted(groups, key=lambda name: (_topics.get(name, (999, name))[0], name))
    return [(_topics[name][1] if name in _topics else name, groups[name]) for name in ordered]


def problems() -> list[str]:
    """Return what a kind lacks that people need to choose about it: a name of its own, a topic, a right that exists."""
    found = []
    for known in kinds().values():
        if "{" in str(known.label):
            found.append(f"{known.code}: its label names a value")
        if known.secret or known.code in (DIGEST, TRIED):
            continue
        if known.topic not in _topics:
            found.append(f"{known.code}: nobody named the topic {known.topic}")
        if known.label == known.title:
            found.append(f"{known.code}: has no label")
        if known.right and known.right not in rights():
            found.append(f"{known.code}: asks for an unknown right {known.right}")
    return found
