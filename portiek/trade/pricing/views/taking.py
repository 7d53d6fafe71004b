"""The page on which one looks first: what customers would pay without a line, a percentage, a price list, a surcharge, a minimum price or their place in a group, before it is taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, render
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import forms, preview, queries
from portiek.trade.pricing.models import CustomerGroup
from portiek.trade.pricing.views.lists import served
from portiek.ui.fields import looked_for


def look_first(
    request: Request, *, whom: Party | CustomerGroup | None, change: Callable[[], Any], touched: Callable[[], list[Product]], title: str, back: str, first_day: date | None = None, quantity: Decimal = Decimal(0), unit_id: int | None = None
) -> HttpResponse | None:
    """Return the page with what a party, some members of a group, or some customers (None: it counts for all), pay now and would pay without it: nothing of that is kept. None where nobody asked to look: it can be taken away."""
    form = forms.Taking(request.POST if "look_products" in request.POST else None, among=served(request.actor))
    if isinstance(whom, Party):
        del form.fields["parties"]
    searched = form.is_bound and looked_for(form)
    if not request.POST.get("preview") and not searched:
        return None
    values: dict[str, Any] = {"form": form, "title": title, "back": back, "several": not isinstance(whom, Party)}
    if not searched and (not form.is_bound or form.is_valid()):
        given = form.cleaned_data if form.is_bound else {}
        chosen = [whom] if isinstance(whom, Party) else list(parties.parties(request.actor).filter(pk__in=[int(value) for value in given.get("parties", ())]).order_by("name", "pk"))
        if isinstance(whom, CustomerGroup) and not chosen:
            chosen = [row.party for row in queries.group_members(request.actor, whom).order_by("party__name", "pk")[: preview.MOST_PARTIES]]
        elif not chosen:
            chosen = list(parties.parties(request.actor).exclude(kind=Party.Kind.SUPPLIER).order_by("name", "pk")[: preview.MOST_PARTIES])
        named, missing = preview.products_of(request.actor, given.get("look_products", "").split(","))
        day = given.get("look_day") or max(first_day or timezone.localdate(), timezone.localdate())
        try:
            rows = preview.compared(request.actor, change=change, parties=chosen, products=named or touched(), day=day, quantity=quantity, unit_id=unit_id)
        except Refused as refused:
            messages.error(request, wording(refused))
            return HttpResponseRedirect(back)
        values |= {"compared": rows, "look_on": day, "missing": missing}
    return render(request, "pricing/taking.html", values, status=422 if form.is_bound and form.errors else 200)
