"""What the API does by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.edges.api import actions

KEPT = timedelta(days=7)


@every("50 2 * * *", name="api.forget_answers", queue="slow")
def forget_answers(actor: Actor) -> None:
    """Each night: answers to requests with an Idempotency-Key are forgotten after a week."""
    actions.forget_answers(actor, before=timezone.now() - KEPT)
