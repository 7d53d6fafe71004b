"""Pages of families: products that differ in a few attributes alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.catalog import actions, forms, permissions, queries
from portiek.trade.catalog.words import said


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def families(request: Request) -> HttpResponse:
    """List the families, and make one with its versions."""
    form = forms.NewFamily(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        skus = given.pop("members")
        try:
            # The family with its versions, or nothing.
            with transaction.atomic():
                made = actions.make_family(request.actor, **given)
                actions.set_members(request.actor, family=made, skus=skus)
            messages.success(request, _("%(name)s has been made.") % {"name": made.name})
            return HttpResponseRedirect(reverse("catalog:family", args=[made.code]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    listed = queries.family_page(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    ways = [html for _filling, html in slots.rendered("list.ways", request, what="product-families", party=None)]
    return render(request, "catalog/families.html", {"families": listed.rows, "form": form, "ways": ways, "next": f"?after={listed.next}" if listed.next else None, "previous": f"?before={listed.previous}" if listed.previous else None}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def family(request: Request, code: str) -> HttpResponse:
    """Show a family with its versions, and change it."""
    found = queries.family(request.actor, code)
    members = list(queries.members(request.actor, found))
    first: dict[str, Any] = {"name": found.name, "name_en": found.name_en, "axes": ", ".join(queries.axis_names(request.actor, found)), "folds": found.folds, "members": "\n".join(item.sku for item in members)}
    form = forms.ChangeFamily(request.POST if request.method == "POST" else None, initial=first, of_erp=bool(found.external_id))
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                changed = actions.change_family(request.actor, family=found, values=form.cleaned_data)
                if "members" in form.cleaned_data:
                    changed |= actions.set_members(request.actor, family=found, skus=form.cleaned_data["members"])
            if changed:
                messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("catalog:family", args=[found.code]))
        except Refused as refused:
            form.add_error(refused.field or None, wording(refused))
    found = queries.family(request.actor, code)
    attributes = queries.attributes_of(request.actor, [item.pk for item in members])
    versions = queries.versions(request.actor, members[0]) if members else None
    axes = [axis.code for axis in versions.axes] if versions else []
    return render(request, "catalog/family.html", {"family": found, "form": form, "members": versions.members if versions else members, "heads": [axis.label for axis in versions.axes] if versions else [],
                                                   "values": {key: {row.attribute.code: row for row in rows} for key, rows in attributes.items()}, "axes": axes, "said": said}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def family_remove(request: Request, code: str) -> HttpResponse:
    """Take a family away; its products stay."""
    found = queries.family(request.actor, code)
    try:
        actions.remove_family(request.actor, family=found)
        messages.success(request, _("%(name)s has been taken away; its products stay.") % {"name": found.name})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("catalog:families"))
