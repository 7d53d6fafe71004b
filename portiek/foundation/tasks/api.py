"""Tasks for machines: what waits, settling what was asked in words, handing it over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from markupsafe import Markup
from ninja import Query, Router
from pydantic import Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Key, Limit, Listing, Schema, Text, endpoint, one_of, page_of, row_key
from portiek.core.errors import Refused
from portiek.foundation.tasks import actions, permissions, queries
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.shown import worded

router = Router(tags=["tasks"])
routes = [("", router)]
NOTE = Field(max_length=1000, description=_("A note for the other side"))


class TaskRow(Schema):
    """One task, in the language of the key's maker."""

    number: str
    kind: Annotated[str, Field(description=_("What it is about, as a code: tasks.own was asked in words"))]
    title: str
    detail: str
    subject: Annotated[str, Field(description=_("What it belongs to, such as orders.order:71"))]
    for_name: Annotated[str | None, Field(description=_("The person it waits for; none: everybody with the right"))]
    right: Annotated[str | None, Field(description=_("The right of those it waits for, where it is nobody in particular"))]
    turn: Annotated[str, Field(description=_("asked, or asker while a question of the other side is open"))]
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    done_instead_of: Annotated[str | None, Field(description=_("In whose place it was done, by who stood in"))]
    path: Annotated[str, Field(description=_("The page of the portal where a person does it"))]


class StepOut(Schema):
    """One thing that happened to a task."""

    what: str
    at: datetime
    by: str
    instead_of: str | None
    text: str


class TaskOut(TaskRow):
    """A task with what happened to it."""

    steps: list[StepOut]


class DoneIn(Schema):
    """How it was settled."""

    note: Annotated[Text, NOTE] = ""


class HandOverIn(Schema):
    """To whom it goes."""

    to: Annotated[Text, Field(max_length=254, description=_("E-mail address of an active colleague on the same side, who holds the right that it asks for"))]
    note: Annotated[Text, NOTE] = ""


LISTS = {"mine": lambda actor: queries.tasks(actor).open(), "company": lambda actor: queries.of_company(actor).open(), "done": lambda actor: queries.tasks(actor).done()}


@endpoint(router.get, "/tasks", permissions.PROGRAM, response=Listing[TaskRow], summary=_("List tasks"),
          description=_("What waits for the maker of the key by name or for its rights, most urgent first; with `show=company` what waits in the whole company, for a key with the right user.manage; with `show=done` what was settled, last first."))
def list_tasks(request: HttpRequest, show: Annotated[str, one_of(list(LISTS))] = "mine", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of tasks."""
    found = LISTS[show](request.actor).select_related("user")  # type: ignore[attr-defined]
    page = page_of(found, ["-done_at", "-id"] if show == "done" else ["ranks_at", "id"], cursor, limit)
    return {"items": [_row(task) for task in page["items"]], "next": page["next"]}


@endpoint(router.post, "/tasks/{key:number}:done", permissions.PROGRAM, response=TaskOut, refuses=("tasks-done", "tasks-own"), summary=_("Settle a task"),
          description=_("End what was asked in words, with a note for who asked. Other tasks end by themselves once their work is done: an order by approving it."))
def finish_task(request: HttpRequest, number: Key, asked: DoneIn) -> Any:
    """End it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.finish(actor, task=_task(actor, number), note=asked.note)
    return _out(actor, _task(actor, number))


@endpoint(router.post, "/tasks/{key:number}:hand-over", permissions.PROGRAM, response=TaskRow, refuses=("tasks-done", "tasks-who"), summary=_("Hand a task over"),
          description=_("Let a task wait for a colleague, who hears of it. The key may not be able to open it after that."))
def hand_over_task(request: HttpRequest, number: Key, asked: HandOverIn) -> Any:
    """Hand it over."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _task(actor, number)
    user_id = queries.colleague_at(actor, row, asked.to)
    if user_id is None:
        raise Refused("tasks-who", field="to")
    return _row(actions.hand_over(actor, task=row, user_id=user_id, note=asked.note))


@endpoint(router.get, "/tasks/{key:number}", permissions.PROGRAM, response=TaskOut, summary=_("One task"), description=_("One task with what happened to it, in order."))
def get_task(request: HttpRequest, number: Key) -> Any:
    """Answer a task."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, _task(actor, number))


def _task(actor: Actor, number: str) -> Task:
    return queries.task(actor, row_key(number))


def _row(task: Task) -> dict[str, Any]:
    said = worded(task)
    return {
        "number": str(task.pk), "kind": task.kind, "title": str(Markup(said.title).striptags()), "detail": said.detail, "subject": task.subject,  # noqa: S704  (our own sentence, its values escaped)
        "for_name": task.user.name if task.user else None, "right": task.right or None, "turn": task.turn, "asked_by": task.asked_by, "asked_at": task.asked_at, "due_at": task.due_at,
        "done_at": task.done_at, "done_by": task.done_by or None, "done_instead_of": task.done_instead_of or None, "path": said.url,
    }  # fmt: skip


def _out(actor: Actor, task: Task) -> dict[str, Any]:
    steps = [{"what": step.what, "at": step.at, "by": step.by, "instead_of": step.instead_of or None, "text": step.text} for step in queries.steps(actor, task)]
    return {**_row(task), "steps": steps}
