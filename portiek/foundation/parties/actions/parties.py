"""What people write about parties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portiek.core import slots
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties import errors as _words  # noqa: F401  registers the words of what is refused
from portiek.foundation.parties import facts, permissions, rules
from portiek.foundation.parties.models import Address, Party

# How long a chain of owners may be.
MOST_OWNERS = 20


@action(permissions.MANAGE)  # type: ignore[arg-type]
def create_party(actor: Actor, *, number: str, name: str, kind: str, **more: Any) -> Party:
    """Add a party. Raises IntegrityError when the number is taken, Refused for a number of the outside world that cannot be one."""
    more |= _read_numbers(more)
    party = Party.objects.create(portal_id=actor.portal_id, number=number, name=name, kind=kind, **more)
    record(actor, facts.PartyCreated(party_id=party.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=party.name)
    return party


@action(permissions.MANAGE)  # type: ignore[arg-type]
def create_customer(actor: Actor, *, number: str, name: str, kind: str, data: Mapping[str, Any], **more: Any) -> Party:
    """Add a party and let every module that filled the slot add its part (first administrator, price list), all or nothing.

    `data` holds the checked values of those modules' fields. Raises Refused when the number is taken.
    """
    if Party.objects.filter(number=number).exists():
        raise Refused("number-taken", field="number", number=number)
    party = create_party(actor, number=number, name=name, kind=kind, **more)
    for filling in slots.fillings("parties.create.fields", actor):
        filling.render().apply(actor, party, data)
    return party


@action(permissions.MANAGE)
def change_party(actor: Actor, *, party: Party, values: Mapping[str, Any]) -> Party:
    """Change what the portal owns of a party; of one that the ERP does not know, everything. Raises Refused for a field of the ERP."""
    party = Party.objects.select_for_update().get(pk=party.pk)
    values = {**values, **_read_numbers({name: value for name, value in values.items() if name in rules.NUMBERS and value != getattr(party, name)})}
    if values.get("parent") is not None:
        _check_owner(party, values["parent"])
    different = [name for name, value in values.items() if getattr(party, name) != value]
    for name in different:
        if rules.owner(name, party.external_id) == "erp":
            raise Refused("field-of-the-erp", field=name)
    # Not who owns it: its own administrator reads this, who need not know that company.
    changes = {name: (getattr(party, name), values[name]) for name in different if name != "parent"}
    for name in different:
        setattr(party, name, values[name])
    if "number" in different and Party.objects.filter(number=party.number).exclude(pk=party.pk).exists():
        raise Refused("number-taken", field="number", number=party.number)
    if different:
        party.save(update_fields=different)
        _changed(actor, party, changes)
    return party


def _changed(actor: Actor, party: Party, changes: Mapping[str, tuple[Any, Any]]) -> None:
    record(actor, facts.PartyChanged(party_id=party.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=party.name, changes=changes)


def _read_numbers(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the numbers among these as they are kept. Raises Refused."""
    found = {kind: rules.read_number(kind, values[kind]) for kind in rules.NUMBERS if kind in values}
    if wrong := next((kind for kind, written in found.items() if written is None), None):
        raise Refused(f"{wrong}-wrong", field=wrong)
    return {kind: written or "" for kind, written in found.items()}


def _check_owner(party: Party, owner: Party) -> None:
    """Refuse an owner who is owned by this party. Every party of the chain is held, so that two changes never make a ring."""
    held = Party.objects.select_for_update(of=("self",))
    above: Party | None = owner
    for _step in range(MOST_OWNERS):
        if above is None:
            return
        if above.pk == party.pk:
            break
        above = held.filter(pk=above.parent_id).first() if above.parent_id else None
    raise Refused("party-loop", field="parent")


def _own(actor: Actor, party_id: int) -> None:
    """Refuse what the database would refuse too: a party writes rows of its own alone."""
    if actor.party_id is not None and actor.party_id != party_id:
        raise Forbidden(permissions.ADDRESS_MANAGE)


@action(permissions.ADDRESS_MANAGE)
def add_address(actor: Actor, *, party: Party, street: str, city: str, postal_code: str = "", label: str = "", country: str = "NL", is_delivery: bool = True,
                is_invoice: bool = False, name: str = "") -> Address:
    """Add an address to a party."""
    _own(actor, party.pk)
    address = Address.objects.create(portal_id=actor.portal_id, party_id=party.pk, street=street, city=city, postal_code=postal_code, label=label, country=country,
                                     is_delivery=is_delivery, is_invoice=is_invoice, name=name)
    record(actor, facts.AddressAdded(address_id=address.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=str(address))
    return address


def _address_to_change(actor: Actor, address: Address) -> Address:
    found = Address.objects.select_for_update().get(pk=address.pk)
    _own(actor, found.party_id)
    if found.external_id:
        raise Refused("address-of-the-erp")
    return found


@action(permissions.ADDRESS_MANAGE)
def change_address(actor: Actor, *, address: Address, values: Mapping[str, Any]) -> Address:
    """Change an address that the party itself added. Raises Refused for one of the ERP."""
    found = _address_to_change(actor, address)
    different = [name for name in ("label", "name", "street", "postal_code", "city", "country", "is_delivery") if name in values and getattr(found, name) != values[name]]
    changes = {name: (getattr(found, name), values[name]) for name in different}
    for name in different:
        setattr(found, name, values[name])
    if different:
        found.save(update_fields=different)
        record(actor, facts.AddressChanged(address_id=found.pk), party_id=found.party_id, subject=ref("parties.party", found.party_id), text=str(found), changes=changes)
    return found


@action(permissions.ADDRESS_MANAGE)
def remove_address(actor: Actor, *, address: Address) -> None:
    """Take an address off the list; orders that went there keep it. Raises Refused for one of the ERP."""
    found = _address_to_change(actor, address)
    if found.is_active:
        found.is_active = False
        found.save(update_fields=["is_active"])
        record(actor, facts.AddressRemoved(address_id=found.pk), party_id=found.party_id, subject=ref("parties.party", found.party_id), text=str(found))
