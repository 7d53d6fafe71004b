"""What parties keep of one person: contacts with his e-mail address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.personal import Person, part
from portiek.foundation.parties.models import Contact


def _contacts(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Contact.objects.filter(portal_id=actor.portal_id, email__iexact=person.email).select_related("party").order_by("pk")
    return [{"company": row.party.name, "name": row.name, "role": row.role, "email": row.email, "phone": row.phone, "is_active": row.is_active} for row in rows]


part("parties.contacts", _("You as a contact of companies"), order=20, collect=_contacts,
     columns={"company": _("Company"), "name": _("Name"), "role": _("Function"), "email": _("E-mail address"), "phone": _("Telephone"), "is_active": _("Active")})
