"""Pages of what comes free of charge, for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import queries as parties
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, forms, permissions, preview, queries
from portiek.trade.pricing.views.lists import served
from portiek.trade.pricing.views.paging import pages
from portiek.ui.fields import looked_for

BACK = "pricing:free"


@page(permissions.VIEW, audience="staff")
def free_goods(request: Request) -> HttpResponse:
    """List what comes free of charge, by name."""
    found = keyset(queries.free_goods(request.actor), ("name", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "pricing/free.html", {"rows": found.rows, "today": timezone.localdate(), "may_manage": request.actor.may(permissions.MANAGE), **pages(request, found)})


def _looked(request: Request, form: forms.ChangeFree, change: Callable[[], Any], product: Product) -> dict[str, Any]:
    """Return what a change would mean for some customers, at the quantity that it wants, for the page: nothing of it is kept. Raises Refused."""
    day = max(form.cleaned_data["valid_from"] or timezone.localdate(), timezone.localdate())
    chosen = list(parties.parties(request.actor).filter(pk__in=[int(value) for value in form.cleaned_data["parties"]]).order_by("name", "pk"))
    return {"compared": preview.compared(request.actor, change=change, parties=chosen, products=[product], day=day, quantity=form.cleaned_data["buy"]), "look_on": day}


def _form(request: Request, form: forms.ChangeFree, title: str, label: str, seen: dict[str, Any]) -> HttpResponse:
    return render(request, "pricing/free_form.html", {"form": form, "title": title, "label": label, **seen}, status=422 if form.errors else 200)


def _whose(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    """Return for whom it is. Raises NotFound for a party that is not there."""
    number = given["customer"].strip()
    return {"customer": parties.party(actor, number) if number else None, "group": queries.group(actor, given["group"]) if given["group"] else None, "price_list": queries.price_list(actor, given["price_list"]) if given["price_list"] else None}


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_free(request: Request) -> HttpResponse:
    """Say what comes free of charge with a quantity, or look first at what customers would get."""
    actor = request.actor
    choices = {"groups": [(item.code, item.name) for item in queries.groups(actor).order_by("name")[:500]], "lists": [(item.code, item.name) for item in queries.price_lists(actor).order_by("name")[:500]]}
    form = forms.NewFree(request.POST if request.method == "POST" else None, among=served(actor), **choices)
    seen: dict[str, Any] = {}
    if form.is_bound and not looked_for(form) and form.is_valid():
        field = "product"
        try:
            product = catalog.product(actor, form.cleaned_data["product"].strip())
            field = "customer"
            values = {**{name: form.cleaned_data[name] for name in ("name", "buy", "give", "valid_from", "valid_until")}, **_whose(actor, form.cleaned_data)}
            if not request.POST.get("preview"):
                actions.add_free_goods(actor, product=product, **values)
                messages.success(request, _("%(name)s has been added and counts on its days.") % {"name": values["name"]})
                return HttpResponseRedirect(reverse(BACK))
            seen = _looked(request, form, lambda: actions.add_free_goods(actor, product=product, **values), product)
        except NotFound:
            form.add_error(field, _("There is no product with this number.") if field == "product" else _("There is no customer with this number."))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _form(request, form, _("New free goods"), _("Add"), seen)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_free(request: Request, key: int) -> HttpResponse:
    """Give it another name, other quantities or other days, or look first at what customers would get."""
    found = queries.free_good(request.actor, key)
    form = forms.ChangeFree(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ("name", "buy", "give", "valid_from", "valid_until")}, among=served(request.actor))
    seen: dict[str, Any] = {}
    if form.is_bound and not looked_for(form) and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "parties"}
        try:
            if not request.POST.get("preview"):
                actions.change_free_goods(request.actor, free_goods=found, values=values)
                messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": values["name"]})
                return HttpResponseRedirect(reverse(BACK))
            seen = _looked(request, form, lambda: actions.change_free_goods(request.actor, free_goods=queries.free_good(request.actor, key), values=values), found.product)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _form(request, form, _("Free goods: %(name)s") % {"name": found.product.label}, _("Save"), seen)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_free(request: Request, key: int) -> HttpResponse:
    """Take it away at once."""
    found = queries.free_good(request.actor, key)
    try:
        actions.remove_free_goods(request.actor, free_goods=found)
        messages.success(request, _("%(name)s no longer counts.") % {"name": found.name})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse(BACK))
