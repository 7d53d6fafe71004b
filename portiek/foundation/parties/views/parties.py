"""Pages about parties: the list and one party for staff, the own company for everybody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Page, Request, keyset, page, render
from portiek.foundation.parties import actions, forms, permissions, queries, rules
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.views import merging, relations
from portiek.foundation.parties.views.contacts import listed
from portiek.foundation.parties.views.units import organisation

PARTIAL = "partial"


def _part(request: Request, template: str) -> str:
    return template + ("#rows" if request.headers.get("HX-Request-Type") == PARTIAL else "")


def _more(request: Request, found: Page) -> str:
    return "?" + urlencode({**{key: value for key, value in request.GET.items() if key not in ("after", "before") and value}, "after": found.next}) if found.next else ""


@page(permissions.VIEW, audience="staff")
def list_parties(request: Request) -> HttpResponse:
    """List customers, dealers, suppliers and persons."""
    search, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    kind = kind if kind in rules.KINDS else ""
    filters = [(item, request.GET.get(item.key) == "1") for item in slots.fillings("parties.list.filters", request.actor)]
    narrowed = [given for _filling, given in slots.rendered("parties.list.choices", request)]
    kept = {item.key: "1" for item, ticked in filters if ticked} | {name: chosen for name, _label, _options, chosen, _among in narrowed if chosen}
    among = [item.render(request) for item, ticked in filters if ticked] + [leaves for *_given, leaves in narrowed if leaves is not None]
    found = keyset(queries.parties(request.actor, search=search, kind=kind, among=among), queries.BY_NAME, after=request.GET.get("after"), size=50)
    chips = [(label, "?" + urlencode({"kind": code, **({"q": search} if search else {}), **kept}), code == kind, None) for code, label in [("", _("All")), *Party.Kind.choices]]
    return render(request, _part(request, "parties/list.html"), {"parties": found.rows, "more": _more(request, found), "search": search, "kind": kind, "chips": chips, "filters": filters, "narrowed": narrowed,
                                                                 "kinds": dict(Party.Kind.choices), "may_add": request.actor.may(permissions.MANAGE),
                                                                 "list_ways": slots.rendered("list.ways", request, what="parties", party=None)})


def _doubles(request: Request, party: Party, values: dict[str, Any]) -> list[str]:
    """Return who else holds a number that this party is about to get."""
    numbers = {kind: values.get(kind, getattr(party, kind)) for kind in rules.NUMBERS}
    changed = any(numbers[kind] != getattr(party, kind) for kind in rules.NUMBERS)
    return [item.name for item in queries.alike(request.actor, numbers, besides=party)] if changed else []


def _owner(request: Request, number: str) -> Party | None:
    """Return the party of a typed number, None for none. Raises Refused for one that is not there."""
    try:
        return queries.party(request.actor, number.strip()) if number.strip() else None
    except NotFound:
        raise Refused("party-unknown", field="parent", number=number) from None


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_party(request: Request) -> HttpResponse:
    """Make a customer, his first administrator and his price list with one form."""
    more = {name: field for filling in slots.fillings("parties.create.fields", request.actor) for name, field in filling.render().fields(request.actor).items()}
    form = forms.NewParty(request.POST if request.method == "POST" else None, more=more)
    if form.is_bound and form.is_valid() and not form.ask_anyway([item.name for item in queries.alike(request.actor, form.cleaned_data)]):
        own = {name: form.cleaned_data[name] for name in form.own}
        try:
            own["parent"] = _owner(request, own["parent"])
            party = actions.create_customer(request.actor, data={name: form.cleaned_data[name] for name in more}, **own)
            messages.success(request, _("%(name)s has been added.") % {"name": party.name})
            return HttpResponseRedirect(reverse("parties:detail", args=[party.number]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "parties/new.html", {"form": form, "groups": [list(form.own[:3]), list(more), [*form.own[3:], *(["anyway"] if "anyway" in form.fields else [])]]}, status=422 if form.is_bound else 200)


@page(permissions.VIEW, audience="staff")
def detail(request: Request, number: str, tab: str = "details") -> HttpResponse:
    """Show one party: its data, addresses, people and branches, and what other modules know of it."""
    party = queries.party(request.actor, number)
    if party.number != number:  # it became part of this one
        messages.info(request, _("Number %(number)s leads here: that company became part of this one.") % {"number": number})
        return HttpResponseRedirect(reverse("parties:detail", args=[party.number]) if tab == "details" else reverse("parties:tab", args=[party.number, tab]))
    fillings = slots.fillings("parties.detail.tabs", request.actor)
    own = [("details", _("Details")), ("addresses", _("Addresses")), ("contacts", _("Contacts")), ("units", _("Organisation")), *([("mandates", _("Mandates"))] if request.actor.may(permissions.MANDATE_MANAGE) else [])]
    filling = next((item for item in fillings if item.key == tab), None)
    if tab not in dict(own) and filling is None:
        raise NotFound
    names = [*own, *[(item.key, item.label) for item in fillings]]
    tabs = [(label, reverse("parties:detail", args=[number]) if key == "details" else reverse("parties:tab", args=[number, key]), key == tab, None) for key, label in names]
    values: dict[str, Any] = {"party": party, "tab": tab, "tabs": tabs, "kinds": dict(Party.Kind.choices), "may_manage": request.actor.may(permissions.MANAGE), "may_merge": request.actor.may(permissions.MERGE),
                              "may_address": request.actor.may(permissions.ADDRESS_MANAGE), "may_contacts": request.actor.may(permissions.CONTACT_MANAGE), "html": filling.render(request, party=party) if filling else ""}
    template = "parties/detail.html"
    if tab == "addresses":
        values |= _addresses(request, party)
        template = _part(request, template)
    if tab == "contacts":
        values |= listed(request, party)
        template += "#contact_rows" if request.headers.get("HX-Request-Type") == PARTIAL else ""
    if tab == "units":
        values |= organisation(request, party)
        template += "#unit_rows" if request.headers.get("HX-Request-Type") == PARTIAL else ""
    if tab == "mandates":
        values |= relations.listed(request, party, number)
    if tab == "details":
        numbers = {kind: getattr(party, kind) for kind in rules.NUMBERS}
        values |= {"children": list(queries.children(request.actor, party=party)), "alike": queries.alike(request.actor, numbers, besides=party), "merges": merging.listed(request, party), "odd": rules.odd_numbers(numbers)}
    return render(request, template, values)


def _addresses(request: Request, party: Party) -> dict[str, Any]:
    search = request.GET.get("q", "").strip()[:100]
    found = keyset(queries.addresses(request.actor, party=party, search=search), queries.BY_CITY, after=request.GET.get("after"), size=25)
    staff = request.actor.is_staff
    return {"list_ways": slots.rendered("list.ways", request, what="addresses", party=party), "addresses": found.rows, "more": _more(request, found), "search": search, "new_url": reverse("parties:address-new", args=[party.number]) if staff else reverse("parties:my-address-new"),
            "address_url": (lambda key: reverse("parties:address", args=[party.number, key])) if staff else (lambda key: reverse("parties:my-address", args=[key]))}


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_party(request: Request, number: str) -> HttpResponse:
    """Change what the portal owns of a party."""
    party = queries.party(request.actor, number)
    initial = {name: getattr(party, name) for name in forms.Details.base_fields if name != "anyway"} | {"parent": party.parent.number if party.parent else ""}
    form = forms.ChangeParty(request.POST if request.method == "POST" else None, initial=initial, external_id=party.external_id)
    if form.is_bound and form.is_valid() and not form.ask_anyway(_doubles(request, party, form.cleaned_data)):
        try:
            changed = actions.change_party(request.actor, party=party, values={**form.cleaned_data, "parent": _owner(request, form.cleaned_data["parent"])})
            messages.success(request, _("The data of %(name)s have been saved.") % {"name": changed.name})
            return HttpResponseRedirect(reverse("parties:detail", args=[changed.number]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "parties/change.html", {"form": form, "party": party}, status=422 if form.is_bound else 200)


@page(None, audience="party")
def mine(request: Request) -> HttpResponse:
    """Show one's own company: its data, its branches and its addresses."""
    party = queries.own_party(request.actor)
    values = {"party": party, "units": list(queries.units(request.actor, party=party)[:9]), "may_units": request.actor.may(permissions.UNIT_MANAGE), "contacts": list(queries.contacts(request.actor, party=party)[:5]) if request.actor.may(permissions.CONTACT_MANAGE) else None, "may_address": request.actor.may(permissions.ADDRESS_MANAGE), **_addresses(request, party),
              "mandates": relations.panel_of(request, party), "may_mandate": request.actor.may(permissions.MANDATE_MANAGE) and not request.actor.mandate_id,
              "panels": [] if request.headers.get("HX-Request-Type") == PARTIAL else slots.rendered("parties.mine.panels", request, party=party),
              "ways": [] if request.headers.get("HX-Request-Type") == PARTIAL else slots.rendered("parties.mine.details", request, party=party)}
    return render(request, _part(request, "parties/mine.html"), values)


def _party_of(request: Request, number: str | None) -> Party:
    """Return the party whose addresses are at hand: the named one for staff, one's own for others."""
    return queries.party(request.actor, number) if number is not None else queries.own_party(request.actor)


def _list_of(party: Party, number: str | None) -> str:
    return reverse("parties:tab", args=[number, "addresses"]) if number is not None else reverse("parties:mine") + "#addresses"


def _edit_address(request: Request, number: str | None, key: int | None) -> HttpResponse:
    party = _party_of(request, number)
    address = queries.address(request.actor, key, party=party) if key is not None else None
    initial = {name: getattr(address, name) for name in forms.AddressForm.base_fields} if address else None
    form = forms.AddressForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            if address is None:
                actions.add_address(request.actor, party=party, **form.cleaned_data)
            else:
                actions.change_address(request.actor, address=address, values=form.cleaned_data)
            messages.success(request, _("The address has been saved."))
            return HttpResponseRedirect(_list_of(party, number))
        except Refused as refused:
            form.add_error(None, wording(refused))
    remove = "" if address is None else reverse("parties:address-remove", args=[number, address.pk]) if number is not None else reverse("parties:my-address-remove", args=[address.pk])
    ways = slots.rendered("parties.address.erp", request, address=address) if address is not None and address.external_id else []
    return render(request, "parties/address.html", {"ways": ways, "form": form, "party": party, "address": address, "back": _list_of(party, number), "remove": remove, "crumbs": _crumbs(party, number)},
                  status=422 if form.is_bound else 200)


def _crumbs(party: Party, number: str | None) -> list[tuple[str, str]]:
    if number is None:
        return [(_("Company details"), reverse("parties:mine"))]
    return [(_("Parties"), reverse("parties:list")), (party.name, reverse("parties:detail", args=[number]))]


def _take_off(request: Request, number: str | None, key: int) -> HttpResponse:
    party = _party_of(request, number)
    actions.remove_address(request.actor, address=queries.address(request.actor, key, party=party))
    messages.success(request, _("The address is off the list. Orders that went there keep it."))
    return HttpResponseRedirect(_list_of(party, number))


@page(permissions.ADDRESS_MANAGE, "GET", "POST", audience="staff")
def address_of(request: Request, number: str, key: int | None = None) -> HttpResponse:
    """Add or change an address of a party."""
    return _edit_address(request, number, key)


@page(permissions.ADDRESS_MANAGE, "POST", audience="staff")
def remove_address_of(request: Request, number: str, key: int) -> HttpResponse:
    """Take an address of a party off its list."""
    return _take_off(request, number, key)


@page(permissions.ADDRESS_MANAGE, "GET", "POST", audience="party")
def my_address(request: Request, key: int | None = None) -> HttpResponse:
    """Add or change an address of one's own company."""
    return _edit_address(request, None, key)


@page(permissions.ADDRESS_MANAGE, "POST", audience="party")
def remove_my_address(request: Request, key: int) -> HttpResponse:
    """Take an address of one's own company off the list."""
    return _take_off(request, None, key)
