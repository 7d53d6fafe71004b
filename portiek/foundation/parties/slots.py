"""Places on the pages of a party that higher modules fill, and its own places in the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, search, slots, steps
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.foundation.parties import facts, permissions, queries


class Creation(Protocol):
    """A module's part of the form that makes a customer."""

    def fields(self, actor: Actor) -> dict[str, forms.Field]:
        """Return form fields by name; start each name with your module's, as in `pricing_list`."""

    def apply(self, actor: Actor, party: Any, data: Mapping[str, Any]) -> None:
        """Write your part, inside the transaction that makes the party. Raises Refused with `field` to stop everything."""


slots.declare("parties.detail.tabs", "A tab on the page of a party for staff: render(request, party=Party) returns HTML; `key` is its address.")
slots.declare("parties.list.filters", "A tick above the list of parties: render(request) returns a query of the ids (party_id) of those that it leaves.")
slots.declare("parties.list.choices", "A choice above the list of parties: render(request) returns (name, label, options, the chosen one, a query of the ids that it leaves or None), or None.")
slots.declare("parties.mine.panels", "A panel on the page of one's own company: render(request, party=Party) returns HTML.")
slots.declare("parties.mine.details", "Below the details of one's own company, such as the way to change them: render(request, party=Party) returns HTML.")
slots.declare("parties.address.erp", "On the page of an address of the administration, such as the way to change it: render(request, address=Address) returns HTML.")
slots.declare("parties.contact.erp", "On the page of a contact of the administration, such as the way to change it: render(request, contact=Contact) returns HTML.")
slots.declare("parties.contact.panels", "A panel on the page of a contact: render(request, party=Party, contact=Contact) returns HTML.")
slots.declare("parties.contacts.column", "What the list of contacts says of each, under the label of the filling: render(request, party=Party, contacts=[Contact]) returns a status by id, as (kind, words).")
slots.declare("parties.unit.panels", "A panel on the page of a branch, department or project: render(request, party=Party, unit=Unit) returns HTML.")
slots.declare("parties.mandate.panels", "A panel on the page of a mandate: render(request, relation=Relation) returns HTML.")
slots.declare("parties.create.fields", "Fields on the form that makes a customer: render() returns a Creation.")

nav.place("parties", _("Parties"), icon="building", url="parties:list", right=permissions.VIEW, audience="staff", order=20)
nav.place("parties-mine", _("Company details"), icon="building", url="parties:mine", right=None, audience="party", group="company", order=80, kinds=("customer", "dealer", "supplier"))
nav.place("parties-me", _("Your details"), icon="building", url="parties:mine", right=None, audience="party", order=80, kinds=("person",))


def _find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    rows = queries.parties(actor, search=text).order_by("name", "pk")[:limit]
    return [search.Hit(party.name, " · ".join(part for part in (party.number, party.city or "") if part), "building", reverse("parties:detail", args=[party.number])) for party in rows]  # type: ignore[attr-defined]


search.finder("parties", _("Parties"), right=permissions.VIEW, audience="staff", order=10, find=_find)

event("party.created", _("A party was added"), facts.PartyCreated, right=permissions.VIEW, text="name")
event("party.changed", _("The data of a company changed"), facts.PartyChanged, right=None, text="name")
event("party.merged", _("A company became part of another one"), facts.PartyMerged, right=permissions.VIEW, text="from_name")
event("party.split", _("Part of a company became a company of its own"), facts.PartySplit, right=permissions.VIEW, text="to_name")


def _customers(actor: Actor) -> steps.Stand:
    first = list(queries.parties(actor).order_by("pk").values_list("name", flat=True)[:3])
    return steps.Stand(bool(first), ", ".join(first))


steps.step("parties", _("First customer"), _("From the ERP by themselves, from a spreadsheet, or one by one: with his first administrator, who gets a mail."), url="parties:list",
           right=permissions.MANAGE, order=60, stand=_customers)
