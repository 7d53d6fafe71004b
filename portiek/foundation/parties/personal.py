"""What parties keep of one person: contacts and customers with his e-mail address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.personal import Person, part
from portiek.foundation.parties.models import Address, Contact, Party


def _contacts(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Contact.objects.filter(portal_id=actor.portal_id, email__iexact=person.email).select_related("party", "unit").order_by("pk")
    return [{"company": row.party.name, "name": row.name, "role": row.role, "email": row.email, "phone": row.phone, "unit": row.unit.name if row.unit else "", "note": row.note, "is_active": row.is_active} for row in rows]


def _parties(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Party.objects.filter(portal_id=actor.portal_id, email__iexact=person.email).order_by("pk").values("number", "name", "email", "phone", "created_at")


def _addresses(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Address.objects.filter(portal_id=actor.portal_id, party__kind=Party.Kind.PERSON, party__email__iexact=person.email).order_by("pk")
    return rows.values("label", "name", "street", "postal_code", "city", "country", "is_active")


part("parties.parties", _("Customers with your e-mail address"), order=18, collect=_parties,
     columns={"number": _("Number"), "name": _("Name"), "email": _("E-mail address"), "phone": _("Telephone"), "created_at": _("Since")})
part("parties.addresses", _("Your addresses as a private person"), order=19, collect=_addresses,
     columns={"label": _("Name of this place"), "name": _("Name"), "street": _("Street and number"), "postal_code": _("Postal code"), "city": _("City"), "country": _("Country"), "is_active": _("Active")})
part("parties.contacts", _("You as a contact of companies"), order=20, collect=_contacts,
     columns={"company": _("Company"), "name": _("Name"), "role": _("Function"), "email": _("E-mail address"), "phone": _("Telephone"), "unit": _("Branch, department or project"), "note": _("Note"), "is_active": _("Active")})
