"""Pages on which staff say what an order costs besides its goods."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.parties import choosing
from portiek.trade.catalog import queries as catalog
from portiek.trade.orders import actions, forms, permissions, queries
from portiek.trade.pricing import queries as pricing
from portiek.ui.fields import looked_for

BACK = "orders:costs"


@page(permissions.MANAGE, audience="staff")
def list_costs(request: Request) -> HttpResponse:
    """List the rules of order minimum and freight, those of one party first."""
    return render(request, "orders/costs.html", {"rules": list(queries.cost_rules(request.actor)[:500]), "currency": request.portal.currency})


def _values(actor: Actor, form: forms.Costs) -> dict[str, Any]:
    """Return what the actions take. Raises Refused for an article that is not there."""
    given, values = form.cleaned_data, {}
    for cost in ("fee", "freight"):
        sku = given[f"{cost}_article"].strip()
        try:
            values[f"{cost}_product"] = catalog.product(actor, sku) if sku else None
        except NotFound:
            raise Refused("orders.unknown_article", field=f"{cost}_article", what=sku) from None
    return {**{name: given[name] for name in ("minimum", "fee", "freight", "free_from")}, **values}


def _whose(actor: Actor, form: forms.NewCosts) -> dict[str, Any]:
    """Return for whom a rule is."""
    given = form.cleaned_data
    return {"kind": given["kind"], "group": pricing.group(actor, given["group"]) if given["group"] else None, "customer": form.fields["customer"].chosen(given["customer"])}  # type: ignore[attr-defined]


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_costs(request: Request) -> HttpResponse:
    """Make a rule for everybody, a kind, a group or one party."""
    groups = [(item.code, item.name) for item in pricing.groups(request.actor).order_by("name")[:500]]
    form = forms.NewCosts(request.POST if request.method == "POST" else None, groups=groups, among=choosing.parties(request.actor))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.add_costs(request.actor, **_whose(request.actor, form), **_values(request.actor, form))
            messages.success(request, _("The rule has been added and counts at once."))
            return HttpResponseRedirect(reverse(BACK))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "orders/costs_form.html", {"form": form, "title": _("New rule"), "label": _("Add rule")}, status=422 if form.is_bound and not looked else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_costs(request: Request, key: int) -> HttpResponse:
    """Give a rule other amounts."""
    found = queries.cost_rule(request.actor, key)
    form = forms.Costs(request.POST if request.method == "POST" else None, initial=forms.first_costs(found))
    if form.is_bound and form.is_valid():
        try:
            actions.change_costs(request.actor, rule=found, values=_values(request.actor, form))
            messages.success(request, _("The rule has been saved and counts so at once."))
            return HttpResponseRedirect(reverse(BACK))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "orders/costs_form.html", {"form": form, "title": _("Change rule"), "label": _("Save"), "rule": found}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_costs(request: Request, key: int) -> HttpResponse:
    """Take a rule away."""
    actions.remove_costs(request.actor, rule=queries.cost_rule(request.actor, key))
    messages.success(request, _("The rule no longer counts."))
    return HttpResponseRedirect(reverse(BACK))
