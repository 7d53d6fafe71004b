"""What people write about the contacts of a party: those of its own, never those of the ERP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions
from portiek.foundation.parties.models import Contact, Party, Unit

FIELDS = ("name", "role", "email", "phone", "unit", "note")
# Of its own, those of the ERP not counted.
MOST_CONTACTS = 5000


def _own(actor: Actor, party_id: int) -> None:
    if actor.party_id is not None and actor.party_id != party_id:
        raise NotFound


def _check(party_id: int, *, unit: Unit | None, email: str, besides: int | None = None) -> None:
    """Refuse a unit of another party, and an e-mail address that another contact of this party has."""
    if unit is not None and unit.party_id != party_id:
        raise NotFound
    known = Contact.objects.filter(party_id=party_id, is_active=True, email__iexact=email).exclude(pk=besides or 0).first() if email else None
    if known is not None:
        raise Refused("contact-known", field="email", name=known.name)


def _save(contact: Contact, **options: Any) -> None:
    """Write a contact. Raises Refused when somebody else gave another one its address at this very moment."""
    try:
        with transaction.atomic():
            contact.save(**options)
    except IntegrityError:
        _check(contact.party_id, unit=None, email=contact.email, besides=contact.pk)
        raise


def _record(actor: Actor, happened: Fact, contact: Contact, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, party_id=contact.party_id, subject=ref("parties.party", contact.party_id), text=contact.name, changes=changes)


@action(permissions.CONTACT_MANAGE)
def add_contact(actor: Actor, *, party: Party, name: str, role: str = "", email: str = "", phone: str = "", unit: Unit | None = None, note: str = "") -> Contact:
    """Add a contact to a party. Raises Refused when its e-mail address is in the list already, or the list full."""
    _own(actor, party.pk)
    _check(party.pk, unit=unit, email=email)
    if Contact.objects.filter(party_id=party.pk, is_active=True, external_id=None).count() >= MOST_CONTACTS:
        raise Refused("contacts-full", most=MOST_CONTACTS)
    made = Contact(portal_id=actor.portal_id, party_id=party.pk, name=name, role=role, email=email.lower(), phone=phone, unit=unit, note=note)
    _save(made)
    _record(actor, facts.ContactAdded(contact_id=made.pk), made)
    return made


def _locked(actor: Actor, contact: Contact) -> Contact:
    # Without the right to write it, a party cannot hold a row of the ERP.
    if contact.external_id:
        raise Refused("contact-of-the-erp")
    found = Contact.objects.select_for_update().filter(pk=contact.pk, is_active=True).first()
    if found is None:
        raise NotFound
    _own(actor, found.party_id)
    return found


@action(permissions.CONTACT_MANAGE)
def change_contact(actor: Actor, *, contact: Contact, values: Mapping[str, Any]) -> Contact:
    """Change FIELDS of a contact. Raises Refused for one of the ERP, and when its e-mail address is another one's."""
    found = _locked(actor, contact)
    values = {**values, "email": str(values.get("email", found.email)).lower()}
    _check(found.party_id, unit=values.get("unit"), email=values["email"], besides=found.pk)
    changes = {name: (getattr(found, name), values[name]) for name in FIELDS if name in values and getattr(found, name) != values[name]}
    for name, (_old, new) in changes.items():
        setattr(found, name, new)
    if changes:
        _save(found, update_fields=list(changes))
        _record(actor, facts.ContactChanged(contact_id=found.pk), found, changes)
    return found


@action(permissions.CONTACT_MANAGE)
def remove_contact(actor: Actor, *, contact: Contact) -> None:
    """Take a contact off the list, with what was kept to reach him. Raises Refused for one of the ERP."""
    found = _locked(actor, contact)
    found.is_active, found.email, found.phone, found.note = False, "", "", ""
    found.save(update_fields=["is_active", "email", "phone", "note"])
    _record(actor, facts.ContactRemoved(contact_id=found.pk), found)
