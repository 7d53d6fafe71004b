"""Pages of surcharges, for staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.trade.catalog import queries as catalog
from portiek.trade.pricing import actions, forms, permissions, preview, queries
from portiek.trade.pricing.views.paging import pages
from portiek.trade.pricing.views.taking import look_first

BACK = "pricing:surcharges"


@page(permissions.VIEW, audience="staff")
def surcharges(request: Request) -> HttpResponse:
    """List the surcharges by name."""
    found = keyset(queries.surcharges(request.actor).select_related("product"), ("name", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "pricing/surcharges.html", {"surcharges": found.rows, "today": timezone.localdate(), "may_manage": request.actor.may(permissions.MANAGE), **pages(request, found)})


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_surcharge(request: Request) -> HttpResponse:
    """Put something on top of every price of a product or of a discount group."""
    form = forms.NewSurcharge(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            product = catalog.product(request.actor, data["product"].strip()) if data["product"].strip() else None
            actions.add_surcharge(request.actor, **{**data, "product": product, "discount_group": data["discount_group"].strip()})
            messages.success(request, _("%(name)s has been added and counts on its days.") % {"name": data["name"]})
            return HttpResponseRedirect(reverse(BACK))
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "pricing/surcharge_form.html", {"form": form, "title": _("New surcharge"), "label": _("Add surcharge")}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_surcharge(request: Request, key: int) -> HttpResponse:
    """Give a surcharge another name, height or other days."""
    found = queries.surcharge(request.actor, key)
    form = forms.ChangeSurcharge(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ("name", "percent", "amount", "valid_from", "valid_until")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_surcharge(request.actor, surcharge=found, values=form.cleaned_data)
            messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(reverse(BACK))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "pricing/surcharge_form.html", {"form": form, "title": _("Change surcharge"), "label": _("Save")}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_surcharge(request: Request, key: int) -> HttpResponse:
    """Take a surcharge away at once."""
    found = queries.surcharge(request.actor, key)

    def take() -> None:
        # Read anew: what is looked at is deleted and undone, and the row in hand would not be.
        actions.remove_surcharge(request.actor, surcharge=queries.surcharge(request.actor, key))

    if seen := look_first(request, whom=None, change=take, touched=lambda: preview.of_line(request.actor, found), title=_("Take out %(name)s") % {"name": found.name}, back=reverse(BACK), first_day=found.valid_from):
        return seen
    try:
        actions.remove_surcharge(request.actor, surcharge=found)
        messages.success(request, _("%(name)s no longer counts.") % {"name": found.name})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse(BACK))
