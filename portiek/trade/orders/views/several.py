"""Several products put in the cart at once: what a table of versions sends."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.rules import MEMBERS
from portiek.trade.orders import actions, permissions
from portiek.trade.orders.views.cart import _added, _answer, _said
from portiek.ui.format import parse_decimal


@page(permissions.CART, "POST", audience="party")
def add_several(request: Request) -> HttpResponse:
    """Add products, each with a quantity in the field "quantity-" with its article number behind it; empty and nought are none."""
    wanted: dict[str, Decimal] = {}
    for name, text in request.POST.items():
        if name.startswith("quantity-") and str(text).strip() not in ("", "0"):
            sku = name.removeprefix("quantity-")[:64]
            try:
                wanted[sku] = parse_decimal(str(text))
            except ValueError:
                return _answer(request, [_said(_("“%(text)s” is no quantity of %(sku)s.") % {"text": str(text)[:20], "sku": sku}, "error")], status=422)
    if not wanted or len(wanted) > MEMBERS:
        return _answer(request, [_said(_("Fill in how much you want of at least one version."), "error")], status=422)
    products = catalog.products_by_sku(request.actor, list(wanted))
    try:
        added = actions.add_many(request.actor, wanted=[(products[sku].pk, quantity) for sku, quantity in wanted.items() if sku in products])
    except Refused as refused:
        return _answer(request, [_said(wording(refused), "error")], status=422)
    if not added:
        return _answer(request, [_said(_("None of these can be ordered."), "error")], status=422)
    messages.success(request, ngettext("%(num)s product is in the cart.", "%(num)s products are in the cart.", len(added)) % {"num": len(added)})
    for one in added:
        if one.code:
            messages.warning(request, _added(one))
    if left := len(wanted) - len(added):
        messages.warning(request, ngettext("%(num)s product cannot be ordered and was left out.", "%(num)s products cannot be ordered and were left out.", left) % {"num": left})
    return HttpResponseRedirect(reverse("orders:cart"))
