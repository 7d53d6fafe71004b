"""What approvals do by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.trade.approvals import actions


@every("*/20 * * * *", name="approvals.escalate")
def escalate(actor: Actor) -> None:
    """Let who makes the rules decide as well in what waits too long."""
    actions.escalate_due(actor, now=timezone.now())
