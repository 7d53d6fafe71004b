"""What people do with a task: ask somebody something in words, hand it over, ask back, answer, finish."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import facts, permissions, queries, rules
from portiek.foundation.tasks.actions.asking import REF, ask
from portiek.foundation.tasks.kinds import OWN, REMIND, kinds
from portiek.foundation.tasks.models import Step, Task

ADMINISTRATORS = "user.manage"


@action(permissions.ASK)
def ask_person(actor: Actor, *, party: Party, title: str, text: str = "", link: str = "", due_at: datetime | None = None, user_id: int | None = None) -> Task:
    """Ask one person of a party something in words, or its administrators. Raises Refused for who has no place there."""
    if not title.strip():
        raise Refused("tasks-text", field="title")
    if user_id is not None and not accounts.colleagues(actor, party_id=party.pk).filter(pk=user_id).exists():
        raise Refused("tasks-who", field="user")
    subject = f"tasks.own:{secrets.token_hex(8)}"
    values = {"title": title.strip(), "text": text, "link": link, "party": party.name}
    ask(actor, kind=OWN, subject=subject, party_id=party.pk, right="" if user_id else ADMINISTRATORS, user_id=user_id, values=values, due_at=due_at)
    task = Task.objects.get(subject=subject)
    Task.objects.filter(pk=task.pk).update(values={**task.values, "task": task.pk})
    _step(actor, task, Step.What.ASKED, text)
    return task


@action(None)
def hand_over(actor: Actor, *, task: Task, user_id: int, note: str = "") -> Task:
    """Let a task wait for a colleague on the same side, who then hears of it; return it as it is now. He must hold the right it asks for."""
    row = _open(actor, task)
    if queries.colleagues(actor, row).one(str(user_id)) is None:
        raise Refused("tasks-who", field="user")
    right = row.right
    if Task.objects.open().of(row.party_id).filter(kind=row.kind, subject=row.subject, user_id=user_id).exists():
        raise Refused("tasks-who", field="user")
    instead_of = queries.in_place_of(actor, row)
    row.user_id, row.right = user_id, ""
    row.save(update_fields=["user", "right"])
    _step(actor, row, Step.What.HANDED, note, instead_of)
    _record(actor, row, facts.TaskHandedOver(task_id=row.pk, kind=row.kind), right, instead_of)
    return row


@action(None)
def question(actor: Actor, *, task: Task, text: str) -> None:
    """Ask back: the turn goes to who asked, and the deadline stands still until he answers. Of what was asked in words alone."""
    row = _open(actor, task)
    _own(row)
    if not text.strip():
        raise Refused("tasks-text", field="text")
    if row.turn != Task.Turn.ASKED:
        raise Refused("tasks-turn")
    row.turn, row.turned_at, row.remind_at = Task.Turn.ASKER, timezone.now(), None
    row.save(update_fields=["turn", "turned_at", "remind_at"])
    instead_of = queries.in_place_of(actor, row)
    _step(actor, row, Step.What.QUESTION, text, instead_of)
    _record(actor, row, facts.TaskTurned(task_id=row.pk, kind=row.kind, turn=row.turn), row.called, instead_of)


@action(permissions.ASK)
def answer(actor: Actor, *, task: Task, text: str) -> None:
    """Answer a question about a task: the turn goes back, and the deadline moves by as long as the question lay here."""
    row = _open(actor, task)
    if not text.strip():
        raise Refused("tasks-text", field="text")
    if row.turn != Task.Turn.ASKER:
        raise Refused("tasks-turn")
    now = timezone.now()
    if row.due_at and row.turned_at:
        row.due_at += now - row.turned_at
    kind = kinds().get(row.kind)
    row.turn, row.turned_at = Task.Turn.ASKED, None
    row.ranks_at, row.remind_at = rules.ranks_at(row.asked_at, row.due_at), rules.next_reminder(row.due_at, kind.remind if kind else REMIND, now)
    row.save(update_fields=["turn", "turned_at", "due_at", "ranks_at", "remind_at"])
    _step(actor, row, Step.What.ANSWER, text)
    _record(actor, row, facts.TaskTurned(task_id=row.pk, kind=row.kind, turn=row.turn), row.called)


@action(None)
def finish(actor: Actor, *, task: Task, note: str = "") -> None:
    """End what was asked in words, with a note; by who was asked, or by staff who may ask."""
    row = _open(actor, task)
    _own(row)
    row.done_at, row.done_by, row.done_instead_of, row.remind_at = timezone.now(), actor.name[:120], queries.in_place_of(actor, row), None
    row.save(update_fields=["done_at", "done_by", "done_instead_of", "remind_at"])
    _step(actor, row, Step.What.DONE, note, row.done_instead_of)
    _record(actor, row, facts.TaskDone(task_id=row.pk, kind=row.kind), row.called, row.done_instead_of)


def _open(actor: Actor, task: Task) -> Task:
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not queries.may_see(actor, row):
        raise Forbidden("task")
    if row.done_at:
        raise Refused("tasks-done")
    return row


def _own(task: Task) -> None:
    if task.kind != OWN:
        raise Refused("tasks-own")


def _step(actor: Actor, task: Task, what: str, text: str = "", instead_of: str = "") -> None:
    Step.objects.create(portal_id=actor.portal_id, party_id=task.party_id, task=task, what=what, at=timezone.now(), by=actor.name[:120], instead_of=instead_of, text=text.strip()[:1000])


def _record(actor: Actor, task: Task, happened: Fact, text: str, instead_of: str = "") -> None:
    record(actor, happened, party_id=task.party_id, subject=ref(REF, task.pk), text=text, changes={"instead_of": (None, instead_of)} if instead_of else None)
