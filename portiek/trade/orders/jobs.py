"""What orders do by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.trade.orders import actions


@every("25 * * * *", name="orders.expire_approvals")
def expire_approvals(actor: Actor) -> None:
    """Give back orders that waited for approval too long."""
    actions.expire_approvals(actor, now=timezone.now())


@every("40 2 * * *")
def drop_old_carts(actor: Actor) -> None:
    """Remove carts that were ordered a month ago."""
    actions.drop_old_carts(actor, now=timezone.now())
