"""What recurring orders do by the clock."""

from __future__ import annotations

from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import defer, every, job
from portiek.foundation.accounts.standing import standing
from portiek.trade.orders.permissions import PLACE
from portiek.trade.recurring import actions, queries


@every("12 * * * *", name="recurring.look")
def look(actor: Actor) -> None:
    """Each hour: see whose turn has come, or comes soon."""
    for key in queries.due(actor, today=timezone.localdate()):
        defer(actor, take_turn, recurring_id=key)


@job(name="recurring.turn", scoped=False, retries=5, lock=lambda arguments: f"recurring:{arguments['recurring_id']}", once=lambda arguments: f"recurring:{arguments['recurring_id']}")
def take_turn(actor: Actor, *, recurring_id: int) -> None:
    """Tell of a turn or order it, as who made it and with his rights of this moment; without him, or without the right, it stops."""
    with scope(actor):
        owner = queries.owner_of(actor, recurring_id)
        person = standing(actor, party_id=owner[0], user_id=owner[1]) if owner else None
        if owner and (person is None or not person.may(PLACE)):
            actions.stop_recurring(actor, key=recurring_id)
            return
    if person is not None:
        with translation.override(person.language), scope(person):
            actions.take_turn(person, key=recurring_id, now=timezone.now())
