"""The quick order form while one types in it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.orders import forms, permissions, queries, reading
from portiek.trade.orders import wording as words


@page(permissions.CART, audience="party")
def look_up(request: Request) -> HttpResponse:
    """Say what is typed: the article that it means with stock, own price and amount, or the few that it may become. Only the script asks this; for others there is the cart."""
    if not request.htmx:
        return HttpResponseRedirect(reverse("orders:cart"))
    form = forms.AddToCart(request.GET)
    form.is_valid()
    code, unit, with_tax = form.cleaned_data.get("product", ""), form.cleaned_data.get("unit", ""), request.member.with_tax
    found = queries.typed(request.actor, code=code, quantity=form.cleaned_data.get("quantity"), unit=unit, day=timezone.localdate())
    lines = reading.basket(found.basket, with_tax=with_tax).lines
    context = {
        "code": code,
        "item": lines[0] if found.one else None,
        "few": [] if found.one else lines,
        "fitted": found.code,
        "before": found.before,
        "wrong": wording(Refused("orders.unknown_unit", what=lines[0].product.sku, unit=unit)) if found.unknown and lines and lines[0].product else "",
        "with_tax": with_tax,
        "currency": request.portal.currency,
        "words": words,
    }
    return render(request, "orders/quick.html#typed", context)
