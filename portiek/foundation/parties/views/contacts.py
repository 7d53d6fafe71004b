"""Pages about the contacts of a party: the list, one contact. For staff under the party's number, for a party under its own company."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import actions, forms, permissions, queries
from portiek.foundation.parties.models import Contact, Party


def _url(party: Party, staff: bool, name: str, *key: int) -> str:
    return reverse(f"parties:{name}", args=[party.number, *key]) if staff else reverse(f"parties:my-{name}", args=key)


def _list_of(party: Party, staff: bool) -> str:
    return reverse("parties:tab", args=[party.number, "contacts"]) if staff else reverse("parties:my-contacts")


def listed(request: Request, party: Party) -> dict[str, Any]:
    """Return what the list of a party's contacts shows, with what other modules know of each."""
    staff, search = request.actor.is_staff, request.GET.get("q", "").strip()[:100]
    found = keyset(queries.contacts(request.actor, party=party, search=search), queries.BY_NAME, after=request.GET.get("after"), size=50)
    columns = [(filling.label, filling.render(request, party=party, contacts=found.rows)) for filling in slots.fillings("parties.contacts.column", request.actor)]
    more = "?" + urlencode({**({"q": search} if search else {}), "after": found.next}) if found.next else ""
    return {"list_ways": slots.rendered("list.ways", request, what="contacts", party=party), "contacts": found.rows, "columns": columns, "more": more, "search": search, "list_url": _list_of(party, staff), "new_contact_url": _url(party, staff, "contact-new"),
            "may_contacts": request.actor.may(permissions.CONTACT_MANAGE), "contact_url": lambda key: _url(party, staff, "contact", key)}


def _party_of(request: Request, number: str | None) -> Party:
    return queries.party(request.actor, number) if number is not None else queries.own_party(request.actor)


def _crumbs(party: Party, staff: bool) -> list[tuple[str, str]]:
    own = [(_("Parties"), reverse("parties:list")), (party.name, reverse("parties:detail", args=[party.number]))] if staff else [(_("Company details"), reverse("parties:mine"))]
    return [*own, (_("Contacts"), _list_of(party, staff))]


def _initial(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ("name", "role", "email", "phone", "note")} | {"unit": contact.unit_id or ""}


def _edit(request: Request, number: str | None, key: int | None) -> HttpResponse:
    actor, staff, party = request.actor, number is not None, _party_of(request, number)
    contact = queries.contact(actor, key, party=party) if key is not None else None
    units = list(queries.units(actor, party=party))
    if contact is not None and contact.unit is not None and contact.unit not in units:
        units.append(contact.unit)  # where he is may stay
    form = forms.ContactForm(request.POST if request.method == "POST" else None, initial=_initial(contact) if contact else None, units=units)
    if form.is_bound and form.is_valid():
        try:
            if contact is None:
                made = actions.add_contact(actor, party=party, **form.values())
                messages.success(request, _("%(name)s has been added.") % {"name": made.name})
            else:
                made = actions.change_contact(actor, contact=contact, values=form.values())
                messages.success(request, _("%(name)s has been saved.") % {"name": made.name})
            return HttpResponseRedirect(_list_of(party, staff))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    values: dict[str, Any] = {"form": form, "party": party, "contact": contact, "crumbs": _crumbs(party, staff), "back": _list_of(party, staff)}
    if contact is not None:
        values |= {"remove": _url(party, staff, "contact-remove", contact.pk), "panels": slots.rendered("parties.contact.panels", request, party=party, contact=contact),
                   "ways": slots.rendered("parties.contact.erp", request, contact=contact) if contact.external_id else []}
    return render(request, "parties/contact.html", values, status=422 if form.is_bound else 200)


def _remove(request: Request, number: str | None, key: int) -> HttpResponse:
    party = _party_of(request, number)
    contact = queries.contact(request.actor, key, party=party)
    actions.remove_contact(request.actor, contact=contact)
    messages.success(request, _("%(name)s is off the list.") % {"name": contact.name})
    return HttpResponseRedirect(_list_of(party, number is not None))


@page(permissions.CONTACT_MANAGE, audience="party")
def my_contacts(request: Request) -> HttpResponse:
    """List the contacts of one's own company."""
    party = queries.own_party(request.actor)
    partial = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "parties/contacts.html" + ("#contact_rows" if partial else ""), {"party": party, **listed(request, party)})


@page(permissions.CONTACT_MANAGE, "GET", "POST", audience="party")
def my_contact(request: Request, key: int | None = None) -> HttpResponse:
    """Add or change a contact of one's own company."""
    return _edit(request, None, key)


@page(permissions.CONTACT_MANAGE, "POST", audience="party")
def remove_my_contact(request: Request, key: int) -> HttpResponse:
    """Take a contact of one's own company off the list."""
    return _remove(request, None, key)


@page(permissions.CONTACT_MANAGE, "GET", "POST", audience="staff")
def contact_of(request: Request, number: str, key: int | None = None) -> HttpResponse:
    """Add or change a contact of a party."""
    return _edit(request, number, key)


@page(permissions.CONTACT_MANAGE, "POST", audience="staff")
def remove_contact_of(request: Request, number: str, key: int) -> HttpResponse:
    """Take a contact of a party off its list."""
    return _remove(request, number, key)
