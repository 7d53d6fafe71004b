"""Answers kept for a retry: forgotten."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.models import Idempotent


@action(None)
def forget_answers(actor: Actor, *, before: datetime) -> int:
    """Remove the answers to requests with an Idempotency-Key from before a moment; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = Idempotent.objects.filter(portal_id=actor.portal_id, at__lt=before).delete()
    return count
