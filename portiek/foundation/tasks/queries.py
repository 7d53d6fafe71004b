"""Every read of tasks: an actor sees what is addressed to him or to a right of his."""

from __future__ import annotations

from django.db.models import Q

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.pages import Page, keyset
from portiek.foundation.tasks import rules
from portiek.foundation.tasks.models import Task, TaskQuerySet
from portiek.foundation.tasks.shown import Waiting, worded

COUNT_TO = 100


def tasks(actor: Actor) -> TaskQuerySet:
    """Return the tasks addressed to an actor, done ones too, without an order."""
    mine = Q(user_id=actor.user_id) | Q(user__isnull=True, right__in=sorted(rules.held(actor.rights)))
    return Task.objects.of(actor.party_id).filter(mine)


def waiting(actor: Actor, limit: int = 6) -> list[Waiting]:
    """Return what waits for an actor, most urgent first. One statement."""
    return [worded(task) for task in tasks(actor).open().order_by("ranks_at", "pk")[:limit]]


def counting(actor: Actor) -> Counting:
    """Say how to count what waits, up to a hundred, among the counts of every page."""
    rights = sorted(rules.held(actor.rights))
    whose, values = ("party_id = %s", (actor.party_id,)) if actor.party_id else ("portal_id = %s AND party_id IS NULL", (actor.portal_id,))
    return Counting(f"SELECT count(*) FROM (SELECT FROM tasks_task WHERE {whose} AND done_at IS NULL AND (user_id = %s OR user_id IS NULL AND \"right\" = ANY (%s)) LIMIT {COUNT_TO}) t",
                    (*values, actor.user_id, rights))


def waiting_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of all that waits, most urgent first."""
    return _page(keyset(tasks(actor).open(), ("ranks_at", "id"), after=after, before=before))


def done_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of what was settled, last first."""
    return _page(keyset(tasks(actor).done(), ("-done_at", "-id"), after=after, before=before))


def _page(page: Page) -> Page:
    return Page([worded(task) for task in page.rows], page.next, page.previous)
