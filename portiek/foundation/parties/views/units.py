"""Pages about the tree of a party: the list, one unit, its end. For staff under the party's number, for a party under its own company."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import actions, forms, permissions, queries
from portiek.foundation.parties.models import Party, Unit

MOST_CHOICES = 100


def _url(party: Party, staff: bool, name: str, *key: int) -> str:
    return reverse(f"parties:{name}", args=[party.number, *key]) if staff else reverse(f"parties:my-{name}", args=key)


def _list_of(party: Party, staff: bool) -> str:
    return reverse("parties:tab", args=[party.number, "units"]) if staff else reverse("parties:my-units")


def organisation(request: Request, party: Party) -> dict[str, Any]:
    """Return what the list of a party's units shows."""
    staff, actor = request.actor.is_staff, request.actor
    search, ended = request.GET.get("q", "").strip()[:100].replace("\0", ""), request.GET.get("ended") == "1"
    found = keyset(queries.units(actor, party=party, search=search, ended=ended), queries.BY_PLACE, after=request.GET.get("after"), size=100)
    more = "?" + urlencode({**({"q": search} if search else {}), **({"ended": "1"} if ended else {}), "after": found.next}) if found.next else ""
    return {"list_ways": slots.rendered("list.ways", request, what="units", party=party), "units": found.rows, "more": more, "search": search, "ended": ended, "above": queries.above(actor, found.rows), "unit_kinds": dict(Unit.Kind.choices), "list_url": _list_of(party, staff),
            "may_units": actor.may(permissions.UNIT_MANAGE), "new_unit_url": _url(party, staff, "unit-new"), "unit_url": lambda key: _url(party, staff, "unit", key)}


def _party_of(request: Request, number: str | None) -> Party:
    return queries.party(request.actor, number) if number is not None else queries.own_party(request.actor)


def _crumbs(party: Party, staff: bool) -> list[tuple[str, str]]:
    own = [(_("Parties"), reverse("parties:list")), (party.name, reverse("parties:detail", args=[party.number]))] if staff else [(_("Company details"), reverse("parties:mine"))]
    return [*own, (_("Organisation"), _list_of(party, staff))]


def _edit(request: Request, number: str | None, key: int | None) -> HttpResponse:
    actor, staff, party = request.actor, number is not None, _party_of(request, number)
    unit = queries.unit(actor, key, party=party) if key is not None else None
    # Its own subtree is no place for it.
    places = [row for row in queries.units(actor, party=party) if unit is None or unit.pk not in row.path]
    find = request.GET.get("find", "").strip()[:100]
    addresses = list(queries.addresses(actor, party=party, search=find).order_by(*queries.BY_CITY)[:MOST_CHOICES])
    crowded = bool(find) or len(addresses) == MOST_CHOICES
    addresses += [item for item in ((unit.delivery_address, unit.invoice_address) if unit else ()) if item is not None and item not in addresses]
    initial: dict[str, Any] = {"kind": Unit.Kind.DEPARTMENT if request.GET.get("parent") else Unit.Kind.BRANCH, "parent": request.GET.get("parent", "")}
    if unit is not None:
        initial = {name: getattr(unit, name) for name in ("name", "kind", "code", "branch_number")}
        initial |= {"parent": unit.parent_id or "", "delivery_address": unit.delivery_address_id or "", "invoice_address": unit.invoice_address_id or ""}
    form = forms.UnitForm(request.POST if request.method == "POST" else None, initial=initial, units=places, addresses=addresses)
    if form.is_bound and form.is_valid():
        try:
            if unit is None:
                actions.add_unit(actor, party=party, parent=form.above(), **form.values())
                messages.success(request, _("%(name)s has been added.") % {"name": form.cleaned_data["name"]})
            else:
                actions.change_unit(actor, unit=unit, parent=form.above(), values=form.values())
                messages.success(request, _("%(name)s has been saved.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(_list_of(party, staff))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    above = queries.above(actor, [unit]) if unit else {}
    crumbs = _crumbs(party, staff) + [(above[step].name, _url(party, staff, "unit", step)) for step in (unit.path[:-1] if unit else ()) if step in above]
    values = {"form": form, "party": party, "unit": unit, "crumbs": crumbs, "back": _list_of(party, staff), "find": find, "crowded": crowded, "kinds": dict(Unit.Kind.choices)}
    if unit is not None:
        values |= {"below": list(queries.below(actor, unit)[:MOST_CHOICES]), "unit_url": lambda key: _url(party, staff, "unit", key), "end": _url(party, staff, "unit-end", unit.pk),
                   "restore": _url(party, staff, "unit-restore", unit.pk), "new_below": _url(party, staff, "unit-new") + f"?parent={unit.pk}",
                   "panels": slots.rendered("parties.unit.panels", request, party=party, unit=unit)}
    return render(request, "parties/unit.html", values, status=422 if form.is_bound else 200)


def _end(request: Request, number: str | None, key: int) -> HttpResponse:
    staff, party = number is not None, _party_of(request, number)
    unit = queries.unit(request.actor, key, party=party)
    if request.method == "POST":
        actions.end_unit(request.actor, unit=unit)
        messages.success(request, _("%(name)s is no longer in use.") % {"name": unit.name})
        return HttpResponseRedirect(_list_of(party, staff))
    with_it = queries.units(request.actor, party=party).filter(path__contains=[unit.pk]).exclude(pk=unit.pk).count()
    lead = _("Nobody can be put here any more. The people who are here keep their access, and what was ordered stays.")
    facts = [(_("Ends with it"), ngettext("%(num)s unit below", "%(num)s units below", with_it) % {"num": with_it})] if with_it else []
    return render(request, "ui/confirm.html", {"heading": _("Take %(name)s out of use?") % {"name": unit.name}, "lead": lead, "facts": facts, "action": _url(party, staff, "unit-end", unit.pk),
                                               "label": _("Take out of use"), "back": _url(party, staff, "unit", unit.pk), "kind": "danger", "values": {}})


def _restore(request: Request, number: str | None, key: int) -> HttpResponse:
    staff, party = number is not None, _party_of(request, number)
    unit = queries.unit(request.actor, key, party=party)
    actions.restore_unit(request.actor, unit=unit)
    messages.success(request, _("%(name)s is in use again.") % {"name": unit.name})
    return HttpResponseRedirect(_url(party, staff, "unit", unit.pk))


@page(None, audience="party")
def my_units(request: Request) -> HttpResponse:
    """Show the branches, departments and projects of one's own company as a tree."""
    party = queries.own_party(request.actor)
    partial = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "parties/units.html" + ("#rows" if partial else ""), {"party": party, **organisation(request, party)})


@page(permissions.UNIT_MANAGE, "GET", "POST", audience="party")
def my_unit(request: Request, key: int | None = None) -> HttpResponse:
    """Add or change a branch, department or project of one's own company."""
    return _edit(request, None, key)


@page(permissions.UNIT_MANAGE, "GET", "POST", audience="party")
def end_my_unit(request: Request, key: int) -> HttpResponse:
    """Ask, then take a unit of one's own company out of use."""
    return _end(request, None, key)


@page(permissions.UNIT_MANAGE, "POST", audience="party")
def restore_my_unit(request: Request, key: int) -> HttpResponse:
    """Take a unit of one's own company into use again."""
    return _restore(request, None, key)


@page(permissions.UNIT_MANAGE, "GET", "POST", audience="staff")
def unit_of(request: Request, number: str, key: int | None = None) -> HttpResponse:
    """Add or change a branch, department or project of a party."""
    return _edit(request, number, key)


@page(permissions.UNIT_MANAGE, "GET", "POST", audience="staff")
def end_unit_of(request: Request, number: str, key: int) -> HttpResponse:
    """Ask, then take a unit of a party out of use."""
    return _end(request, number, key)


@page(permissions.UNIT_MANAGE, "POST", audience="staff")
def restore_unit_of(request: Request, number: str, key: int) -> HttpResponse:
    """Take a unit of a party into use again."""
    return _restore(request, number, key)
