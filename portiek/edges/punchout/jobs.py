"""What punch-out does by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.edges.punchout import actions


@every("50 2 * * *", name="punchout.drop_old_visits", queue="slow")
def drop_old_visits(actor: Actor) -> None:
    """Each night: visits of purchasing systems are removed when their term is over, by default after 90 days; what was ordered stays an order."""
    actions.drop_old_visits(actor, now=timezone.now())
