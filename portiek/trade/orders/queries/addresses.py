"""Reads of where the goods go: what can be chosen, and what was chosen."""

from __future__ import annotations

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Address
from portiek.trade.orders.models import Cart
from portiek.trade.orders.queries.party import party_of

# More than these are searched, not chosen from a list.
FEW = 12


def choices(actor: Actor, cart: Cart | None) -> tuple[list[Address], bool]:
    """Return the addresses to choose from where the order is made, last used first, with the one that is chosen; and whether there are more. One statement."""
    found = parties.addresses_by_use(actor, party_id=party_of(actor), most=FEW + 1)
    few = found[:FEW]
    if cart is not None and cart.address is not None and cart.address not in few:
        few.append(cart.address)
    return few, len(found) > FEW


def delivery_addresses(actor: Actor, *, search: str = "", most: int = 100) -> list[Address]:
    """Return the addresses the actor's party may have goods sent to, last used first; with words those that hold them, by city."""
    if not search.strip():
        return parties.addresses_by_use(actor, party_id=party_of(actor), most=most)
    return list(searchable(actor, search=search).order_by("city", "id")[:most])


def searchable(actor: Actor, *, search: str) -> QuerySet[Address]:
    """Return the addresses the actor's party may have goods sent to, without an order."""
    return parties.addresses(actor, party=parties.own_party(actor), search=search, delivery=True)
