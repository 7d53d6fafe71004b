"""Every read of tasks: an actor sees what is addressed to him or to a right of his."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.foundation.accounts import choosing
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.tasks import permissions, rules
from portiek.foundation.tasks.kinds import OWN, kinds, within
from portiek.foundation.tasks.models import Step, Task, TaskQuerySet
from portiek.foundation.tasks.shown import Waiting, worded
from portiek.ui.fields import Choices

COUNT_TO = 100
# Who manages a company's people sees what waits for them.
COMPANY = "user.manage"


def tasks(actor: Actor, *, care: bool = False) -> TaskQuerySet:
    """Return the tasks addressed to an actor, or to whom he stands in for within his own rights, done ones too, without an order. `care`: those about the parties that he looks after."""
    held = rules.held(actor.rights)
    # Of what is asked of its maker by name, a program gets what its own rights are for.
    named = Q(user_id=actor.user_id, kind__in=within(held)) if actor.api_key_id else Q(user_id=actor.user_id)
    mine = named | Q(user__isnull=True, right__in=sorted(held)) | Q(user_id__in=accounts.stood_in_for(actor), kind__in=within(held))
    found = Task.objects.of(actor.party_id).filter(mine, turn=Task.Turn.ASKED)
    return found.filter(about_id__in=accounts.own_parties(actor)) if care else found


def of_company(actor: Actor) -> TaskQuerySet:
    """Return the tasks of the whole company of an actor who manages its people; nothing for others."""
    found = Task.objects.of(actor.party_id)
    return found if actor.may(COMPANY) else found.none()


def asked_by(actor: Actor) -> TaskQuerySet:
    """Return what an actor asked of others, in words or by what he did."""
    found = Task.objects.filter(portal_id=actor.portal_id, asked_by_id=actor.user_id, asked_by_id__gt=0).exclude(user_id=actor.user_id)
    return found if actor.is_staff else found.of(actor.party_id)


def turned_to(actor: Actor) -> TaskQuerySet:
    """Return the tasks in which others ask this actor something back."""
    return Task.objects.open().filter(portal_id=actor.portal_id, asked_by_id=actor.user_id, asked_by_id__gt=0, turn=Task.Turn.ASKER)


def may_see(actor: Actor, task: Task) -> bool:
    """Whether a task is this actor's to open: addressed to him, of the company whose people he manages, or asked of a party by staff who may ask."""
    if actor.kind == "system":
        return True
    if actor.is_staff and task.party_id:
        return task.kind == OWN and actor.may(permissions.ASK)
    if task.party_id != actor.party_id:
        return False
    named = task.user_id == actor.user_id and (not actor.api_key_id or task.kind in within(rules.held(actor.rights)))
    if named or (task.user_id is None and task.right in rules.held(actor.rights)) or actor.may(COMPANY) or 0 < actor.user_id == task.asked_by_id:
        return True
    return task.user_id is not None and task.kind in within(rules.held(actor.rights)) and any(item.user_id == task.user_id for item in accounts.standing_in(actor))


def in_place_of(actor: Actor, row: Task) -> str:
    """Name those in whose place an actor does a task."""
    return "" if row.user_id == actor.user_id else _in_place_of(actor, row, accounts.standing_in(actor))


def _in_place_of(actor: Actor, row: Task, absent: Sequence[accounts.Absent]) -> str:
    held = rules.held(actor.rights)
    asked = [(item.name, item.user_id, item.rights) for item in absent]
    return ", ".join(rules.instead_of(row.user_id, row.right, held, asked, doable=row.kind in within(held)))[:120]


def whom(actor: Actor, row: Task) -> list[int] | None:
    """Return to whom a task is said: the person asked, or in his absence who stands in for him and may do it himself; None for everybody with its right."""
    if row.user_id is None:
        return None
    deputy = accounts.deputy_of(actor, party_id=row.party_id, user_id=row.user_id)
    known = kinds().get(row.kind)
    right = known.right if known else ""
    return [deputy] if deputy and (not right or accounts.holders(actor, right, party_id=row.party_id).filter(user_id=deputy).exists()) else [row.user_id]


def task(actor: Actor, key: int) -> Task:
    """Return one task. Raises NotFound for what is not this actor's to open."""
    row = Task.objects.select_related("party", "user").filter(pk=key, portal_id=actor.portal_id).first()
    if row is None or not may_see(actor, row):
        raise NotFound
    return row


def steps(actor: Actor, row: Task) -> list[Step]:
    """Return what happened to a task, in order."""
    return list(Step.objects.filter(portal_id=actor.portal_id, task_id=row.pk).order_by("at", "pk")[:500])


def clock(actor: Actor, row: Task, found: Sequence[Step], now: datetime) -> rules.Used:
    """Return how long a task lay with each side: the same numbers for both."""
    happened = [(step.what, step.at) for step in found]
    if not any(what == Step.What.ASKED for what, _at in happened):
        happened.insert(0, (Step.What.ASKED, row.asked_at))
    return rules.used(happened, row.done_at or now)


def colleagues(actor: Actor, row: Task) -> Choices:
    """Return to whom a task may be handed over: active people on the side it was asked of, who hold the right it asks for and can do what it asks."""
    known = kinds().get(row.kind)
    return choosing.people(actor, party_id=row.party_id, right=row.right or (known.right if known else ""), besides=row.user_id or 0, among=_able(actor, row))


def _able(actor: Actor, row: Task) -> Collection[int] | None:
    known = kinds().get(row.kind)
    return known.able(actor, row.subject) if known and known.able else None


def colleague_at(actor: Actor, row: Task, email: str) -> int | None:
    """Return the user to whom a task may be handed over, by his e-mail address, or None."""
    known = kinds().get(row.kind)
    found = accounts.colleagues(actor, party_id=row.party_id, right=row.right or (known.right if known else ""), besides=row.user_id or 0)
    if (among := _able(actor, row)) is not None:
        found = found.filter(pk__in=among)
    return found.filter(email=email.strip().lower()).values_list("pk", flat=True).first()


def of_party(actor: Actor, party_id: int, limit: int = 10) -> list[Waiting]:
    """Return what was asked of a party in words, most urgent first, then the last done."""
    found = Task.objects.filter(portal_id=actor.portal_id, party_id=party_id, kind=OWN)
    return [worded(row) for row in [*found.open().order_by("ranks_at", "pk")[:limit], *found.done().order_by("-done_at", "-pk")[:limit]]]


def waiting(actor: Actor, limit: int = 6) -> list[Waiting]:
    """Return what waits for an actor, most urgent first. Two statements, three for who stands in."""
    return _worded(actor, list(tasks(actor).open().order_by("ranks_at", "pk")[:limit]))


def counting(actor: Actor) -> Counting:
    """Say how to count what waits, up to a hundred, among the counts of every page."""
    held = rules.held(actor.rights)
    whose, values = ("party_id = %s", (actor.party_id,)) if actor.party_id else ("portal_id = %s AND party_id IS NULL", (actor.portal_id,))
    absent, their_values = accounts.stood_in_for_sql(actor)
    mine = f'user_id = %s OR user_id IS NULL AND "right" = ANY (%s) OR user_id = ANY (ARRAY({absent})) AND kind = ANY (%s)'
    return Counting(f"SELECT count(*) FROM (SELECT FROM tasks_task WHERE {whose} AND done_at IS NULL AND turn = 'asked' AND ({mine}) LIMIT {COUNT_TO}) t",
                    (*values, actor.user_id, sorted(held), *their_values, within(held)))


def waiting_page(actor: Actor, *, care: bool = False, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of all that waits, most urgent first; `care`: about the parties that the actor looks after."""
    page = keyset(tasks(actor, care=care).open(), ("ranks_at", "id"), after=after, before=before)
    return Page(_worded(actor, page.rows), page.next, page.previous)


def company_page(actor: Actor, *, care: bool = False, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of all that waits in the actor's company, most urgent first. A company has nobody to look after: `care` changes nothing."""
    return _page(keyset(of_company(actor).open().select_related("user"), ("ranks_at", "id"), after=after, before=before))


def asked_page(actor: Actor, *, care: bool = False, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of what others still have to do for the actor, most urgent first; `care`: those of the parties that he looks after."""
    found = asked_by(actor).filter(party_id__in=accounts.own_parties(actor)) if care else asked_by(actor)
    return _page(keyset(found.open().select_related("user", "party"), ("ranks_at", "id"), after=after, before=before))


def done_page(actor: Actor, *, care: bool = False, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of what was settled, last first; `care`: about the parties that the actor looks after."""
    return _page(keyset(tasks(actor, care=care).done(), ("-done_at", "-id"), after=after, before=before))


def _worded(actor: Actor, rows: Sequence[Task]) -> list[Waiting]:
    """Put what waits for an actor in words, with whose place he takes."""
    absent = accounts.standing_in(actor) if rows else []
    return [replace(worded(row), instead_of="" if row.user_id == actor.user_id else _in_place_of(actor, row, absent)) for row in rows]


def _page(page: Page) -> Page:
    return Page([worded(task) for task in page.rows], page.next, page.previous)
