"""Pages of what can be said of products."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.catalog import actions, forms, permissions, queries
from portiek.trade.catalog.forms import ChangeAttribute


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def attributes(request: Request) -> HttpResponse:
    """List what can be said of products, and make an attribute."""
    form = forms.NewAttribute(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_attribute(request.actor, **form.cleaned_data)
            messages.success(request, _("%(name)s has been made.") % {"name": made.name})
            return HttpResponseRedirect(reverse("catalog:attributes"))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    ways, value_ways, etim_ways = ([html for _filling, html in slots.rendered("list.ways", request, what=what, party=None)] for what in ("attributes", "product-attributes", "etim-names"))
    listed = queries.attribute_page(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "catalog/attributes.html", {"attributes": listed.rows, "form": form, "ways": ways, "value_ways": value_ways, "etim_ways": etim_ways, "named": queries.etim_names_known(request.actor), "next": f"?after={listed.next}" if listed.next else None, "previous": f"?before={listed.previous}" if listed.previous else None}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def attribute(request: Request, code: str) -> HttpResponse:
    """Change an attribute."""
    found = queries.attribute(request.actor, code)
    first: dict[str, Any] = {name: getattr(found, name) for name in ChangeAttribute.base_fields}
    form = ChangeAttribute(request.POST if request.method == "POST" else None, initial=first, of_erp=bool(found.external_id))
    if form.is_bound and form.is_valid():
        try:
            if actions.change_attribute(request.actor, attribute=found, values=form.cleaned_data):
                messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("catalog:attributes"))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "catalog/attribute.html", {"attribute": queries.attribute(request.actor, code), "form": form}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def attribute_remove(request: Request, code: str) -> HttpResponse:
    """Take an attribute away, with what is said by it."""
    found = queries.attribute(request.actor, code)
    try:
        actions.remove_attribute(request.actor, attribute=found)
        messages.success(request, _("%(name)s has been taken away.") % {"name": found.name})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("catalog:attributes"))
