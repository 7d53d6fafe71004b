"""The page on which staff say how old figures of the administration may be."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.pages import Request, page, render
from portiek.trade.catalog import actions, forms, permissions, queries


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def set_freshness(request: Request) -> HttpResponse:
    """Say after how many hours without a word from the administration its stock and prices count as old."""
    form = forms.Freshness(request.POST if request.method == "POST" else None, initial=dict(zip(("hours", "prices"), queries.old_after(request.actor), strict=True)))
    if form.is_bound and form.is_valid():
        actions.set_freshness(request.actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("catalog:freshness"))
    return render(request, "catalog/freshness.html", {"form": form, "last": queries.heard(request.actor)}, status=422 if form.is_bound else 200)
