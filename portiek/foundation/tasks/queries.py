"""Every read of tasks: an actor sees what is addressed to him or to a right of his."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from portiek.core.actor import Actor
from portiek.core.pages import Page, keyset
from portiek.foundation.tasks import rules
from portiek.foundation.tasks.kinds import kinds
from portiek.foundation.tasks.models import Task, TaskQuerySet
from portiek.ui.sentences import freeze, sentence

COUNT_TO = 100


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


def tasks(actor: Actor) -> TaskQuerySet:
    """Return the tasks addressed to an actor, done ones too, without an order."""
    mine = Q(user_id=actor.user_id) | Q(user__isnull=True, right__in=sorted(rules.held(actor.rights)))
    return Task.objects.of(actor.party_id).filter(mine)


def waiting(actor: Actor, limit: int = 6) -> list[Waiting]:
    """Return what waits for an actor, most urgent first. One statement."""
    return [worded(task) for task in tasks(actor).open().order_by("ranks_at", "pk")[:limit]]


def count(actor: Actor) -> int:
    """Return how many tasks wait, up to a hundred. One statement."""
    return tasks(actor).open()[:COUNT_TO].count()


def waiting_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of all that waits, most urgent first."""
    return _page(keyset(tasks(actor).open(), ("ranks_at", "id"), after=after, before=before))


def done_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of what was settled, last first."""
    return _page(keyset(tasks(actor).done(), ("-done_at", "-id"), after=after, before=before))


def _page(page: Page) -> Page:
    return Page([worded(task) for task in page.rows], page.next, page.previous)


def worded(task: Task) -> Waiting:
    """Put a task in words, in the language of the moment."""
    today = timezone.localdate()
    due = timezone.localdate(task.due_at) if task.due_at else None
    late = 0 if task.done_at else rules.days_late(due, today)
    said = ngettext("%(num)s day late", "%(num)s days late", late) % {"num": late} if late else ""
    values = {**task.values, "late": said, **freeze({"due": due})}
    known = kinds().get(task.kind)
    if known is None:  # the module that asked this is gone from the installation
        return Waiting(task.pk, task.kind, task.subject, task.kind, "", "", "", "circle-dot", "rest", said, task.due_at, task.asked_by, task.done_at, task.done_by)
    return Waiting(task.pk, task.kind, task.subject, sentence(known.title, values, strong=True), sentence(known.detail, values), str(known.action),
                   known.url(task.subject, task.values), known.icon, rules.tone(known.tone, due, today), said, task.due_at, task.asked_by, task.done_at, task.done_by)
