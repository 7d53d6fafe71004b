"""Merging and splitting, beside the pages: thousands of rows go at once or not at all."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.utils import translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.jobs import defer, job
from portiek.foundation.parties import actions, permissions, queries

logger = logging.getLogger("portiek.parties")
# Longer than any page takes that had begun before.
LATER = timedelta(minutes=2)


@job(name="parties.merge", queue="slow", scoped=False, retries=3, lock=lambda arguments: "parties.merge")
def merge(actor: Actor, *, merge_id: int) -> None:
    """Merge or split in one transaction, in the name of who asked for it; what stands in the way is kept in words."""
    with scope(actor):
        found = actions.begin_merge(actor, merge_id=merge_id)
        language = queries.portal(actor).language
    if found is None:
        return
    asker = Actor(actor.portal_id, "staff", None, found.asked_by, found.asked_name, language, rights=frozenset({permissions.MERGE, permissions.MANAGE, permissions.UNIT_MANAGE}))
    problem = ""
    try:
        with scope(asker):
            actions.carry_out_merge(asker, merge=found)
    except Refused as refused:
        with translation.override(language):
            problem = wording(refused)
    except DatabaseError:
        logger.exception("the merge %s of portal %s was refused by the database", merge_id, actor.portal_id)
        with translation.override(language):
            problem = wording(Refused("merge-broken"))
    with scope(actor):
        if problem:
            actions.give_up_merge(actor, merge_id=merge_id, problem=problem)
        else:
            defer(actor, sweep, wait=LATER, merge_id=merge_id)


@job(name="parties.sweep_merge", queue="slow")
def sweep(actor: Actor, *, merge_id: int) -> None:
    """A while later: what was still being written for the company that went follows it."""
    actions.sweep_merge(actor, merge_id=merge_id)
