"""For which branch, department or project the cart is."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portiek.core.pages import Request, page
from portiek.trade.orders import actions, forms, permissions
from portiek.trade.orders.views.cart import _answer, _said


@page(permissions.CART, "POST", audience="party")
def buy_for(request: Request) -> HttpResponse:
    """Say for whom the cart is; its prices follow."""
    form = forms.BuyFor(request.POST)
    if not form.is_valid() or "unit" not in request.POST:
        return _answer(request, [_said(_("Choose one of the branches, departments and projects of your company."), "error")], status=422)
    actions.buy_for(request.actor, unit_id=form.cleaned_data["unit"])
    return _answer(request, [])
