"""Pages of the searches that somebody keeps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.catalog import actions, forms, permissions, queries
from portiek.trade.catalog.queries import saved as kept


@page(permissions.VIEW, "GET", "POST", audience="party")
def saved(request: Request) -> HttpResponse:
    """List the searches that the reader keeps, and keep one: what it asks stands in the form as it stands in the address of the list."""
    given = request.POST if request.method == "POST" else request.GET
    category = queries.category(request.actor, given["category"]) if given.get("category") else None
    within = queries.narrowed(request.actor, given.getlist("is"), stocked=given.get("stock") == "1")
    words = given.get("q", "").replace("\0", "").strip()[:100]
    form = forms.SaveSearch(request.POST if request.method == "POST" else None, initial={"name": (words or (category.label if category else ""))[:80], "often": "weekly"})
    narrowed = [f"{attribute.code}~{value}" for attribute, value in within.chosen]
    if form.is_bound and form.is_valid():
        try:
            made = actions.save_search(request.actor, name=form.cleaned_data["name"], words=words, category=category, narrowed=narrowed, stocked=within.stocked, often=form.cleaned_data["often"], now=timezone.now())
            messages.success(request, _("The search “%(name)s” is kept.") % {"name": made.name})
            return HttpResponseRedirect(reverse("catalog:saved"))
        except Refused as refused:
            form.add_error(refused.field or None, wording(refused))
    rows = [(row, f"{reverse('catalog:list')}?{urlencode(row.query)}", forms.HowOften(initial={"often": row.often})) for row in kept.saved(request.actor)]
    asks = [*([("q", words)] if words else []), *([("category", category.code)] if category else []), *(("is", text) for text in narrowed), *([("stock", "1")] if within.stocked else [])]
    return render(request, "catalog/saved.html", {"rows": rows, "form": form, "asks": asks}, status=422 if form.errors else 200)


@page(permissions.VIEW, "POST", audience="party")
def saved_change(request: Request, key: int) -> HttpResponse:
    """Say how often one hears of what is new in a search, or keep it no longer."""
    found = kept.saved_search(request.actor, key)
    if request.POST.get("do") == "drop":
        actions.drop_search(request.actor, search=found)
        messages.success(request, _("The search “%(name)s” is no longer kept.") % {"name": found.name})
        return HttpResponseRedirect(reverse("catalog:saved"))
    form = forms.HowOften(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how often you want to hear of what is new."))
        return render(request, "catalog/saved.html", {"rows": [(row, f"{reverse('catalog:list')}?{urlencode(row.query)}", form if row.pk == key else forms.HowOften(initial={"often": row.often})) for row in kept.saved(request.actor)], "form": forms.SaveSearch(), "asks": []}, status=422)
    actions.set_how_often(request.actor, search=found, often=form.cleaned_data["often"], now=timezone.now())
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("catalog:saved"))
