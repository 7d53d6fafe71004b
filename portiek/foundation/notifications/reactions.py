"""What is told because of what happened below: a task."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.notifications import actions
from portiek.foundation.notifications.facts import AddressTried, MailSentAgain
from portiek.foundation.notifications.kinds import TASK
from portiek.foundation.tasks.actions import settle
from portiek.foundation.tasks.facts import TaskAsked
from portiek.foundation.tasks.kinds import kinds
from portiek.foundation.tasks.models import Task


@reacts_to(TaskAsked)
def mail_task(actor: Actor, fact: TaskAsked, about: About) -> None:
    """Tell by mail, as he chose, who is asked something, with one link to it; the list of tasks is its bell."""
    task = Task.objects.open().filter(pk=fact.task_id).first() if fact.kind in kinds() else None
    if task is None:
        return
    actions.notify(
        actor,
        kind=f"{TASK}{task.kind}",
        subject=task.subject,
        party_id=task.party_id,
        right=task.right,
        user_ids=[task.user_id] if task.user_id else None,
        values={**task.values, "due": timezone.localdate(task.due_at) if task.due_at else None},
        event=f"fact:{about.fact_id}",
        bell=False,
    )


@reacts_to(AddressTried, MailSentAgain)
def mail_again(actor: Actor, fact: AddressTried | MailSentAgain, about: About) -> None:
    """Mail a person again who says that his address works, or of whom staff says so; what staff was asked about it is done."""
    if fact.user_id:
        actions.works_again(actor, user_id=fact.user_id)
    settle(actor, kind=actions.BOUNCED_TASK, subject=about.subject)
