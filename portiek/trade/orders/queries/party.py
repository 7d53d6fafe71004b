"""For whom somebody acts."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.errors import NotFound


def party_of(actor: Actor) -> int:
    """Return the party the actor acts for. Raises NotFound for who acts for none: a cart of nobody is not there."""
    if actor.party_id is None:
        raise NotFound
    return actor.party_id
