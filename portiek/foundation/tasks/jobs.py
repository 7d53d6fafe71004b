"""Reminders by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.foundation.tasks import actions


@every("*/10 * * * *", name="tasks.remind")
def remind(actor: Actor) -> None:
    """Every ten minutes: say again what is due for it."""
    actions.remind_due(actor, now=timezone.now())
