"""Answers kept for a retry: forgotten."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.retention import over


@action(None)
def forget_answers(actor: Actor, *, now: datetime) -> int:
    """Remove the answers to requests with an Idempotency-Key whose time is over; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "api.answers", now=now).delete()
    return count
