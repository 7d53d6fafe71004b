"""What orders do by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.trade.orders import actions


@every("40 2 * * *")
def drop_old_carts(actor: Actor) -> None:
    """Remove carts that were ordered a month ago, and lists that nobody worked on for two weeks."""
    actions.drop_old_carts(actor, now=timezone.now())
    actions.drop_old_drafts(actor, now=timezone.now())
