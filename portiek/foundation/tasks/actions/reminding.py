"""Saying it again: before, on and after the deadline, and to those above once it is late for long. It stops when the task is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.tasks import facts, permissions, rules
from portiek.foundation.tasks.actions.asking import REF
from portiek.foundation.tasks.kinds import REMIND, kinds
from portiek.foundation.tasks.models import Step, Task


@action(None)
def remind_due(actor: Actor, *, now: datetime, limit: int = 500) -> int:
    """Say again what is due for it; return how many tasks. How people hear of it (at once, in the daily mail) is theirs to choose. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    known = kinds()
    found = list(Task.objects.open().filter(portal_id=actor.portal_id, remind_at__lte=now).order_by("remind_at", "pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    for task in found:
        kind = known.get(task.kind)
        _remind(actor, task)
        task.remind_at = rules.next_reminder(task.due_at, kind.remind if kind else REMIND, now)
        above = kind.escalate if kind else None
        if above and task.due_at and task.escalated_at is None:
            late = task.due_at + timedelta(days=above[0])
            if late <= now:
                task.escalated_at = now
                record(actor, facts.TaskEscalated(task_id=task.pk, kind=task.kind, right=above[1]), party_id=task.party_id, subject=ref(REF, task.pk), text=task.called)
            else:
                task.remind_at = min(task.remind_at or late, late)
    Task.objects.bulk_update(found, ["remind_at", "escalated_at"])
    return len(found)


@action(None)
def let_rest(actor: Actor, *, kind: str, subject: str) -> int:
    """Say no more of what waits of a kind about a subject, since it is another's turn meanwhile; return how many tasks that were. It can still be done. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    return Task.objects.open().filter(portal_id=actor.portal_id, kind=kind, subject=subject).update(remind_at=None)


@action(None)
def take_up_again(actor: Actor, *, kind: str, subject: str, now: datetime) -> int:
    """Say again around its deadline what was let rest; return how many tasks that were. What was not said meanwhile is not said at once. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    found = list(Task.objects.open().filter(portal_id=actor.portal_id, kind=kind, subject=subject, remind_at=None, turn=Task.Turn.ASKED).order_by("pk").select_for_update(of=("self",)))
    for task in found:
        task.remind_at = rules.next_reminder(task.due_at, kinds()[kind].remind, now)
    Task.objects.bulk_update(found, ["remind_at"])
    return len(found)


@action(permissions.ASK)
def remind_now(actor: Actor, *, task: Task) -> None:
    """Say it once more because somebody of staff presses for it; the reminders around the deadline start anew. Refused when it is done or not with who was asked."""
    now = timezone.now()
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if row.done_at:
        raise Refused("tasks-done")
    if row.turn != Task.Turn.ASKED:
        raise Refused("tasks-turn")
    kind = kinds().get(row.kind)
    row.remind_at = rules.next_reminder(row.due_at, kind.remind if kind else REMIND, now)
    row.save(update_fields=["remind_at"])
    _remind(actor, row)


def _remind(actor: Actor, task: Task) -> None:
    Step.objects.create(portal_id=actor.portal_id, party_id=task.party_id, task=task, what=Step.What.REMINDED, at=timezone.now(), by="" if actor.kind == "system" else actor.name[:120])
    record(actor, facts.TaskReminded(task_id=task.pk, kind=task.kind), party_id=task.party_id, subject=ref(REF, task.pk), text=task.called)
