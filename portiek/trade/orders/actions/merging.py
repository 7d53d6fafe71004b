"""What merging parties does with orders. Called inside the deed."""

from __future__ import annotations

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.merging import Deed
from portiek.foundation.parties.permissions import MERGE
from portiek.trade.orders.models import Order


@action(MERGE)
def place_in_branch(actor: Actor, deed: Deed) -> None:
    """Let orders that were of the company as a whole be of the branch that it becomes."""
    if deed.unit:
        Order.objects.filter(portal_id=actor.portal_id, party_id=deed.source, unit=None).update(unit_id=deed.unit)
