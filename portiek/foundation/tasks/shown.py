"""A task in words, in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from portiek.foundation.tasks import rules
from portiek.foundation.tasks.kinds import kinds
from portiek.foundation.tasks.models import Task
from portiek.ui.sentences import freeze, sentence


@dataclass(frozen=True)
class Waiting:
    """A task in words. `title` is markup with its values in bold; `status` says how late it is, or is empty."""

    task_id: int
    kind: str
    subject: str
    title: str
    detail: str
    action: str
    url: str
    icon: str
    tone: str
    status: str
    due_at: datetime | None
    asked_by: str
    done_at: datetime | None
    done_by: str
    whom: str = ""
    # In whose place the reader does it, or did who did it.
    instead_of: str = ""


def late_in_words(due: date | None) -> str:
    """Say how many days late something is, or nothing."""
    late = rules.days_late(due, timezone.localdate())
    return ngettext("%(num)s day late", "%(num)s days late", late) % {"num": late} if late else ""


def dated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frozen values of a task that was told of earlier, with how late it is now."""
    due = values.get("due")
    return {**values, "late": late_in_words(date.fromisoformat(due["day"]) if due else None)}


def whom_of(task: Task) -> str:
    """Say for whom a task waits: a person by name, or the company (with its people loaded), or nobody in particular."""
    person = task.user.name if "user" in task._state.fields_cache and task.user else ""
    company = task.party.name if "party" in task._state.fields_cache and task.party else ""
    return ", ".join(part for part in (person, company) if part)


def worded(task: Task) -> Waiting:
    """Put a task in words, in the language of the moment."""
    today = timezone.localdate()
    due = timezone.localdate(task.due_at) if task.due_at else None
    said = "" if task.done_at else late_in_words(due)
    values = {**task.values, "late": said, **freeze({"due": due})}
    known = kinds().get(task.kind)
    if known is None:  # the module that asked this is gone from the installation
        return Waiting(
            task.pk, task.kind, task.subject, task.kind, "", "", "", "circle-dot", "rest", said, task.due_at, task.asked_by, task.done_at, task.done_by
        )
    return Waiting(
        task.pk,
        task.kind,
        task.subject,
        sentence(known.title, values, strong=True),
        sentence(known.detail, values),
        str(known.action),
        known.url(task.subject, task.values),
        known.icon,
        rules.tone(known.tone, due, today),
        said,
        task.due_at,
        task.asked_by,
        task.done_at,
        task.done_by,
        whom_of(task),
        task.done_instead_of,
    )
