"""Every write about tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.tasks import facts, rules
from portiek.foundation.tasks.kinds import kind as kind_of
from portiek.foundation.tasks.models import Task
from portiek.ui.sentences import freeze

REF = "tasks.task"


@dataclass(frozen=True)
class Asked:
    """One task to ask: for everybody with `right` in the party (None: among the staff), or for one user. `about_id`: the party that a task among the staff is about."""

    subject: str
    party_id: int | None = None
    right: str = ""
    user_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    about_id: int | None = None


@action(None)
def ask(
    actor: Actor,
    *,
    kind: str,
    subject: str,
    party_id: int | None = None,
    right: str = "",
    user_id: int | None = None,
    values: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    about_id: int | None = None,
) -> None:
    """Let something wait for everybody with a right, or for one user.

    Asking what waits already changes nothing but its values and due moment. `about_id`: the party that a task among the staff is about. A party can ask its own people only; what staff must do
    is asked in a reaction, which acts for the portal. Raises KeyError for an unknown kind.
    """
    ask_many(actor, kind=kind, asked=[Asked(subject, party_id, right, user_id, values or {}, due_at, about_id)])


@action(None)
def ask_many(actor: Actor, *, kind: str, asked: Sequence[Asked]) -> int:
    """Ask several tasks of one kind with a constant number of statements; return how many were new."""
    known = kind_of(kind)
    now = timezone.now()
    open_ones = {
        (task.subject, task.party_id, task.right, task.user_id): task
        for task in Task.objects.open().filter(kind=kind, subject__in=[item.subject for item in asked])
    }
    fresh, changed = [], []
    for item in asked:
        values, ranks = freeze(item.values), rules.ranks_at(now, item.due_at)
        found = open_ones.get((item.subject, item.party_id, item.right, item.user_id))
        if found is None:
            fresh.append(
                Task(
                    portal_id=actor.portal_id,
                    party_id=item.party_id,
                    kind=kind,
                    subject=item.subject,
                    user_id=item.user_id,
                    right=item.right,
                    about_id=item.about_id,
                    values=values,
                    due_at=item.due_at,
                    ranks_at=ranks,
                    asked_at=now,
                    asked_by=actor.name[:120],
                    asked_by_id=actor.user_id,
                    remind_at=rules.next_reminder(item.due_at, known.remind, now),
                )
            )
        elif (found.values, found.due_at) != (values, item.due_at):
            found.values, found.due_at, found.ranks_at = values, item.due_at, rules.ranks_at(found.asked_at, item.due_at)
            found.remind_at = rules.next_reminder(item.due_at, known.remind, now)
            changed.append(found)
    if changed:
        Task.objects.bulk_update(changed, ["values", "due_at", "ranks_at", "remind_at"])
    try:
        with transaction.atomic():
            made = Task.objects.bulk_create(fresh)
    except IntegrityError:
        # Somebody asked the same at this moment; his task is there now.
        return ask_many(actor, kind=kind, asked=asked)
    for task in made:
        record(actor, facts.TaskAsked(task_id=task.pk, kind=kind), party_id=task.party_id, subject=ref(REF, task.pk), text=task.called)
    return len(fresh)


@action(None)
def settle(actor: Actor, *, kind: str, subject: str, user_id: int | None = None) -> int:
    """End what waits of a kind about a subject, whoever it was for, or for one user alone; return how many tasks that were. Settling twice changes nothing."""
    return settle_many(actor, kind=kind, subjects=[subject], user_id=user_id)


@action(None)
def settle_many(actor: Actor, *, kind: str, subjects: Sequence[str], user_id: int | None = None) -> int:
    """Settle one kind of task about several subjects, of everybody or of one user."""
    whose = {} if user_id is None else {"user_id": user_id}
    ended = list(Task.objects.open().filter(kind=kind, subject__in=list(subjects), **whose).order_by("pk").select_for_update())
    if ended:
        Task.objects.filter(pk__in=[task.pk for task in ended]).update(done_at=timezone.now(), done_by=actor.name[:120])
    for task in ended:
        record(actor, facts.TaskDone(task_id=task.pk, kind=kind), party_id=task.party_id, subject=ref(REF, task.pk), text=task.called)
    return len(ended)
