"""What happens by the clock: accepted changes whose cooling-off is over count."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.foundation.banking import actions, queries


@every("*/10 * * * *", name="banking.let_count")
def let_count(actor: Actor) -> None:
    """Let what was accepted long enough ago count."""
    now = timezone.now()
    for key in queries.due(actor, now=now):
        actions.let_count(actor, change_id=key, now=now)
