"""Every write about parties."""

from __future__ import annotations

from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions
from portiek.foundation.parties.models import Address, Party, Unit


@action(permissions.MANAGE)
def create_party(actor: Actor, *, number: str, name: str, kind: str, **more: Any) -> Party:
    """Add a party. Raises IntegrityError when the number is taken."""
    party = Party.objects.create(portal_id=actor.portal_id, number=number, name=name, kind=kind, **more)
    record(actor, facts.PartyCreated(party_id=party.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=party.name)
    return party


@action(permissions.ADDRESS_MANAGE)
def add_address(actor: Actor, *, party: Party, street: str, city: str, postal_code: str = "", label: str = "", country: str = "NL", is_delivery: bool = True,
                is_invoice: bool = False) -> Address:
    """Add an address to a party."""
    address = Address.objects.create(portal_id=actor.portal_id, party=party, street=street, city=city, postal_code=postal_code, label=label, country=country,
                                     is_delivery=is_delivery, is_invoice=is_invoice)
    record(actor, facts.AddressAdded(address_id=address.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=str(address))
    return address


@action(permissions.MANAGE)
def add_unit(actor: Actor, *, party: Party, name: str, code: str = "") -> Unit:
    """Add a branch, department or project to a party."""
    return Unit.objects.create(portal_id=actor.portal_id, party=party, name=name, code=code)
