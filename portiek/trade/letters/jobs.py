"""Letters are calculated and sent by the worker, some parties at a time, and go on where they were after a stop."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import job
from portiek.trade.letters import actions

PARTIES = 20
COPIES = 100


def _one_at_a_time(arguments: dict[str, Any]) -> str:
    return f"letter:{arguments['letter_id']}"


@job(name="letters.make", queue="slow", scoped=False, lock=_one_at_a_time)
def make(actor: Actor, *, letter_id: int) -> None:
    """Calculate a letter for every party."""
    more = True
    while more:
        with scope(actor):
            more = actions.make_copies(actor, letter_id=letter_id, now=timezone.now(), today=timezone.localdate(), size=PARTIES)


@job(name="letters.send", queue="slow", scoped=False, lock=_one_at_a_time)
def send(actor: Actor, *, letter_id: int) -> None:
    """Send a letter to every party that it is for."""
    more = True
    while more:
        with scope(actor):
            more = actions.send_copies(actor, letter_id=letter_id, size=COPIES)
