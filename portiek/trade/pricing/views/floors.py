"""Pages of minimum prices, for staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import queries as parties
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, forms, permissions, preview, queries
from portiek.trade.pricing.views.lists import served
from portiek.trade.pricing.views.paging import pages
from portiek.trade.pricing.views.taking import look_first
from portiek.ui.fields import looked_for

BACK = "pricing:floors"


@page(permissions.MANAGE, audience="staff")
def floors(request: Request) -> HttpResponse:
    """List the minimum prices: those of articles, then those of discount groups by code."""
    search = request.GET.get("q", "").strip()[:64]
    found = keyset(queries.floors(request.actor, search=search), queries.FLOORS_BY, after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "pricing/floors.html", {"floors": found.rows, "search": search, "today": timezone.localdate(), **pages(request, found)})


def _saved(request: Request, form: forms.ChangeFloor, save: Callable[[], Any], products: Sequence[Product]) -> dict[str, Any] | None:
    """Save what a form says, or look what it would mean for some customers and return that for the page. Raises Refused."""
    if not request.POST.get("preview"):
        save()
        return None
    day = max(form.cleaned_data["valid_from"] or timezone.localdate(), timezone.localdate())
    chosen = list(parties.parties(request.actor).filter(pk__in=[int(value) for value in form.cleaned_data["parties"]]).order_by("name", "pk"))
    return {"compared": preview.compared(request.actor, change=save, parties=chosen, products=products, day=day), "look_on": day}


def _values(form: forms.ChangeFloor) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("amount", "percent", "cost", "agreements_below", "valid_from", "valid_until")}


def _form(request: Request, form: forms.ChangeFloor, title: str, label: str, seen: dict[str, Any]) -> HttpResponse:
    return render(request, "pricing/floor_form.html", {"form": form, "title": title, "label": label, **seen}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_floor(request: Request) -> HttpResponse:
    """Say what an article or a discount group never costs less than, or look first at what customers would pay."""
    form = forms.NewFloor(request.POST if request.method == "POST" else None, among=served(request.actor))
    seen: dict[str, object] = {}
    if form.is_bound and not looked_for(form) and form.is_valid():
        sku, group = form.cleaned_data["product"].strip(), form.cleaned_data["discount_group"].strip()
        try:
            product = catalog.product(request.actor, sku) if sku else None
            if group and not catalog.is_discount_group(request.actor, group):
                form.add_error("discount_group", _("No product has the discount group %(code)s.") % {"code": group})
                return _form(request, form, _("New minimum price"), _("Add minimum price"), seen)
            looked = _saved(request, form, lambda: actions.add_floor(request.actor, product=product, discount_group=group, **_values(form)), [product] if product else preview.of_group(request.actor, group))
            if looked is None:
                messages.success(request, _("The minimum price has been added and counts on its days."))
                return HttpResponseRedirect(reverse(BACK))
            seen = looked
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _form(request, form, _("New minimum price"), _("Add minimum price"), seen)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_floor(request: Request, key: int) -> HttpResponse:
    """Give a minimum price another height or other days, or look first at what customers would pay."""
    found = queries.floor(request.actor, key)
    seen: dict[str, Any] = {}
    kept = {name: getattr(found, name) for name in ("amount", "percent", "agreements_below", "valid_from", "valid_until")}
    form = forms.ChangeFloor(request.POST if request.method == "POST" else None, initial={**kept, "cost": queries.cost(request.actor, found.product_id or 0)}, among=served(request.actor))
    if found.product is None:
        del form.fields["amount"], form.fields["cost"]
    name = found.product.label if found.product else _("Discount group %(code)s") % {"code": found.discount_group}
    if form.is_bound and not looked_for(form) and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "parties"}
        try:
            # Read anew: what is looked at is changed and undone, and the row in hand would not be.
            looked = _saved(request, form, lambda: actions.change_floor(request.actor, floor=queries.floor(request.actor, key), values=values), [found.product] if found.product else preview.of_group(request.actor, found.discount_group))
            if looked is None:
                messages.success(request, _("The minimum price of %(name)s has been saved and counts so at once.") % {"name": name})
                return HttpResponseRedirect(reverse(BACK))
            seen = looked
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _form(request, form, _("Minimum price of %(name)s") % {"name": name}, _("Save"), seen)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_floor(request: Request, key: int) -> HttpResponse:
    """Take a minimum price away at once."""
    found = queries.floor(request.actor, key)
    name = found.product.label if found.product else _("Discount group %(code)s") % {"code": found.discount_group}

    def take() -> None:
        actions.remove_floor(request.actor, floor=queries.floor(request.actor, key))

    if seen := look_first(request, whom=None, change=take, touched=lambda: preview.of_line(request.actor, found), title=_("Take out the minimum price of %(name)s") % {"name": name}, back=reverse(BACK), first_day=found.valid_from):
        return seen
    try:
        take()
        messages.success(request, _("The minimum price no longer counts."))
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse(BACK))
