"""Reads of who may act for whom."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Relation

BY_LAST = ("-id",)


def relations(actor: Actor, *, party_id: int, side: str = "", live: bool | None = None) -> QuerySet[Relation]:
    """Return the mandates that a party gave ("giver"), got ("agent") or both, last first. `live`: those that are not over, or those that are; its own alone for who is of a party."""
    own = party_id if actor.is_staff else actor.party_id
    found = Relation.objects.filter(portal_id=actor.portal_id).filter({"giver": Q(giver_id=own), "agent": Q(agent_id=own)}.get(side, Q(giver_id=own) | Q(agent_id=own)))
    if live is not None:
        found = found.filter(ended_at=None) if live else found.exclude(ended_at=None)
    return found.order_by("-pk")


def relation(actor: Actor, key: int, *, party_id: int) -> Relation:
    """Return one mandate of which a party is a side. Raises NotFound."""
    found = relations(actor, party_id=party_id).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found
