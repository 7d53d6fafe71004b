"""Every read of imports: each person sees those that he brought in himself, in the company he acts for, nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports.kinds import Kind, kinds
from portiek.foundation.imports.models import Import, ImportRow

# What takes longer than this is stuck, and keeps nobody from trying again.
A_WHILE = timedelta(hours=1)
BY_NUMBER = ("number", "id")


def _own(actor: Actor) -> QuerySet[Import]:
    found = Import.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, as_staff=actor.is_staff).select_related("party", "file")
    return found if actor.is_staff else found.filter(party_id=actor.party_id)  # type: ignore[misc]


def imports(actor: Actor) -> list[Import]:
    """Return what this person brought in, last first."""
    return list(_own(actor).exclude(state=Import.State.DROPPED).order_by("-pk")[:50])


def import_(actor: Actor, key: int) -> Import:
    """Return one of what this person brought in. Raises NotFound."""
    found = _own(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def import_to_do(actor: Actor, key: int, state: str) -> Import | None:
    """Return what a job has to do, or None when that is over."""
    return Import.objects.select_related("party", "file", "user").filter(portal_id=actor.portal_id, pk=key, state=state).first()


def busy(actor: Actor) -> int:
    """Return how many files of this person are being worked on."""
    return _own(actor).filter(state__in=[Import.State.READING, Import.State.RUNNING], asked_at__gt=timezone.now() - A_WHILE).count()


def rows(actor: Actor, found: Import, *, outcome: str = "") -> QuerySet[ImportRow]:
    """Return the rows of an import, those of one outcome or all. Order: BY_NUMBER."""
    wanted = ImportRow.objects.filter(portal_id=actor.portal_id, of=found)
    return wanted.filter(outcome=outcome) if outcome else wanted


def counts(actor: Actor, found: Import) -> dict[str, int]:
    """Return how many rows of an import there are by outcome."""
    return dict(ImportRow.objects.filter(portal_id=actor.portal_id, of=found).values_list("outcome").annotate(Count("pk")).order_by())


def aim(actor: Actor, found: Import) -> int:
    """Return how many rows of an import are under way: all while they are looked at, then those that are carried out."""
    if found.state != Import.State.RUNNING:
        return found.total
    return ImportRow.objects.filter(Q(outcome__in=["new", "changed"]) | Q(done=True), portal_id=actor.portal_id, of=found).count()


def rows_to_do(actor: Actor, found: Import, *, after: int, size: int, outcomes: Sequence[str]) -> list[ImportRow]:
    """Return the next rows of an import that have one of these outcomes and are not done."""
    return list(ImportRow.objects.filter(portal_id=actor.portal_id, of=found, number__gt=after, outcome__in=outcomes, done=False).order_by("number")[:size])


def first_numbers(actor: Actor, found: Import) -> dict[int, list[str]]:
    """Return the cells of every row of an import by its number: to see which ones stand for the same."""
    return dict(ImportRow.objects.filter(portal_id=actor.portal_id, of=found).order_by("number").values_list("number", "cells"))


def offered(actor: Actor) -> list[Kind]:
    """Return the kinds that this actor may bring in without naming a party: of the portal for staff, of their own company for others."""
    return [found for found in kinds() if actor.may(found.right) and ("portal" if actor.is_staff else "party") in found.places]
