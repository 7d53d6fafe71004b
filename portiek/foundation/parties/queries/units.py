"""Reads of the tree of a party."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Address, Party, Unit

BY_PLACE = ("place", "id")


def units(actor: Actor, *, party: Party, search: str = "", ended: bool = False) -> QuerySet[Unit]:
    """Return a party's units in use in the order of the tree, with `ended` also those that are over; searched by name, code or branch number."""
    found = Unit.objects.filter(portal_id=actor.portal_id, party=party)
    if not ended:
        found = found.filter(is_active=True)
    for word in search.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(code__istartswith=word) | Q(branch_number__startswith=word))
    return found.order_by(*BY_PLACE)


def unit(actor: Actor, key: int, *, party: Party) -> Unit:
    """Return one unit of a party, also one that is over. Raises NotFound."""
    found = Unit.objects.select_related("parent", "delivery_address", "invoice_address").filter(pk=key, portal_id=actor.portal_id, party=party).first()
    if found is None:
        raise NotFound
    return found


def units_within(actor: Actor, unit_id: int) -> QuerySet[Unit]:
    """Return a unit of the actor's party and all below it, also those that are over: what the reach "unit" reaches."""
    return Unit.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, path__contains=[unit_id])


def above(actor: Actor, found: list[Unit]) -> dict[int, Unit]:
    """Return every unit that these stand in, by id: one statement."""
    wanted = {key for row in found for key in row.path[:-1]}
    return Unit.objects.filter(portal_id=actor.portal_id).in_bulk(wanted) if wanted else {}


def below(actor: Actor, found: Unit) -> QuerySet[Unit]:
    """Return what stands directly in a unit, in use, in order."""
    return Unit.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, parent=found, is_active=True).order_by(*BY_PLACE)


def usual_addresses(actor: Actor) -> tuple[Address | None, Address | None]:
    """Return where the goods and the invoices of the actor's unit go when nobody says otherwise: its own choice of each, else that of the nearest unit above it."""
    if actor.unit_id is None or actor.party_id is None:
        return None, None
    own = Unit.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id, pk=actor.unit_id).values_list("path", flat=True).first()
    above = sorted(Unit.objects.select_related("delivery_address", "invoice_address").filter(party_id=actor.party_id, pk__in=own or []), key=lambda row: -row.depth)
    goods = (row.delivery_address for row in above if row.delivery_address and row.delivery_address.is_active and row.delivery_address.is_delivery)
    invoices = (row.invoice_address for row in above if row.invoice_address and row.invoice_address.is_active and row.invoice_address.is_invoice)
    return next(goods, None), next(invoices, None)
