"""What quotes do by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.trade.quotes import actions


@every("35 0 * * *", name="quotes.expire")
def expire(actor: Actor) -> None:
    """End the offers whose last day was yesterday. Who did not decide was reminded before, as of any task."""
    actions.expire_quotes(actor, now=timezone.now(), today=timezone.localdate())


@every("40 2 * * *", name="quotes.drafts")
def drop_drafts(actor: Actor) -> None:
    """Remove the drafts that nobody worked on for as long as the portal keeps them."""
    actions.drop_old_drafts(actor, now=timezone.now())
