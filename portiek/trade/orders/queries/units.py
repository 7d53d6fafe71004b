"""Reads of for whom within a company is ordered: a branch, a department or a project, and the company as a whole."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.foundation.accounts.models import Membership
from portiek.foundation.parties.models import Unit
from portiek.trade.orders.models import Cart
from portiek.trade.orders.queries.party import party_of

# As many as one chooses from in a list.
MOST_UNITS = 500


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Return the units in use for which the actor may order: those that he belongs to with what stands in them, or all of his company's where he stands for it as a whole. As their tree is read."""
    found = Unit.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), is_active=True).order_by("place", "pk")
    own = {actor.unit_id} if actor.unit_id else set(Membership.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, is_active=True).values_list("unit_id", flat=True))
    return found.filter(path__overlap=list(own)) if own and None not in own else found


def unit_choices(actor: Actor, named: Unit | None) -> list[Unit]:
    """Return the units to choose from for what is ordered, with the one that it names; none for who orders for his own alone, or comes from a purchasing system."""
    found = [] if actor.shops else list(units_for(actor)[:MOST_UNITS])
    if named is not None and named not in found:
        return [*found, named]
    return [] if all(row.pk == actor.unit_id for row in found) else found


def buying_for(actor: Actor, cart: Cart | None) -> Actor:
    """Return the actor as one of the unit that a cart names: its prices, its usual addresses and its approval are those of what is ordered."""
    return replace(actor, unit_id=cart.unit_id) if cart is not None and cart.unit_id else actor
