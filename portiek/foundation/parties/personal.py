"""What parties keep of one person: contacts and customers with his e-mail address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, NOW, mention, nameless, stays
from portiek.core.personal import Person, not_personal, part, processing
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

processing("parties.companies", _("Customers, suppliers and their contacts"), order=20, purpose=_("Knowing with whom we do business, where we deliver and whom to call."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); legitimate interest for contacts (art. 6(1)(f))."),
           persons=_("Private persons and sole traders who are customers; contacts of companies"), term=_("As long as the relation lasts; what orders and invoices need seven years after that."), receivers=_("The ERP, from which they come."),
           fields={"parties.Party": {"name": _("Name"), "email": _("E-mail address"), "phone": _("Telephone"), "number": _("Customer number"), "vat_number": _("VAT number of a sole trader"), "coc_number": _("Chamber of Commerce number of a sole trader")},
                   "parties.Address": {"label": _("Address"), "name": _("Name"), "street": _("Address"), "postal_code": _("Address"), "city": _("Address")},
                   "parties.Contact": {"name": _("Name"), "role": _("Function"), "email": _("E-mail address"), "phone": _("Telephone"), "note": _("Notes")},
                   "parties.Relation": {"asked_name": _("Name"), "confirmed_name": _("Name"), "ended_name": _("Name")}})
not_personal("of the company that runs the portal, or of a branch", "parties.Portal", "parties.Unit", "parties.Logo")
not_personal("of a company, or of the document between two companies", "parties.Relation.giver_name", "parties.Relation.agent_name", "parties.Relation.reference", "parties.Relation.asked_number")
not_personal("a number of a company that no private person has", "parties.Party.branch_number", "parties.Party.rsin", "parties.Party.duns", "parties.Party.gln")

processing("parties.merging", _("Companies that were merged and split"), order=21, purpose=_("Knowing who made two companies one, and why."), ground=_("Legitimate interest (GDPR art. 6(1)(f))."), persons=_("Staff who asked for it; people of those companies"),
           term=_("As long as the relation lasts."), receivers=_("None."), fields={"parties.Merge": {"asked_name": _("Name"), "reason": _("Reason"), "people": _("Who worked there")}})
not_personal("what the new company is called, what came of it and why nothing did", "parties.Merge.number", "parties.Merge.name", "parties.Merge.result", "parties.Merge.problem")

nameless("parties.Contact", {"name": NAMELESS, "role": "", "email": "", "phone": "", "note": "", "is_active": False, "erased_at": NOW}, contact=("pk",), email=("email",))
nameless("parties.Party", {"email": "", "phone": "", "is_active": False, "erased_at": NOW}, party=("pk",))
nameless("parties.Party", {"name": NAMELESS}, party=("pk",), books=True)
nameless("parties.Party", {"email": ""}, email=("email",))
nameless("parties.Address", {"label": "", "name": "", "street": NAMELESS, "postal_code": "", "city": NAMELESS, "is_active": False}, party=("party",), books=True)
mention("parties.Contact", "note")
mention("parties.Merge", "asked_name", "reason")
mention("parties.Relation", "asked_name", "confirmed_name", "ended_name")
mention("parties.Address", "label", "name")
stays("parties.Party", "number", "vat_number", "coc_number", ground=_("They are of the company, in the registers and in the books; those of a private person say nothing by themselves."), email=("email",))
