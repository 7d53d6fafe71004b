"""Pages that choose where the goods of an order go: out of ten addresses or ten thousand, or to one for this order alone."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties.permissions import ADDRESS_MANAGE, ADDRESS_ONEOFF
from portiek.foundation.parties.queries import BY_CITY
from portiek.trade.orders import actions, forms, permissions, queries

LAST_USED = 5


@page(permissions.CART, "GET", "POST", audience="party")
def choose_address(request: Request) -> HttpResponse:
    """Search the address book and choose where this order goes."""
    actor = request.actor
    if request.method == "POST":
        chosen = request.POST.get("address", "")
        number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None if chosen == "" else 0
        actions.deliver_to(actor, address_id=number)
        return HttpResponseRedirect(reverse("orders:cart"))
    search, after = request.GET.get("q", "").strip()[:100], request.GET.get("after")
    found = keyset(queries.searchable(actor, search=search), BY_CITY, after=after, size=25)
    more = "?" + urlencode({**({"q": search} if search else {}), "after": found.next}) if found.next else ""
    last = [] if search or after else [item for item in queries.delivery_addresses(actor, most=LAST_USED) if item.used_at]
    values = {"addresses": found.rows, "last": last, "more": more, "search": search, "may_once": actor.may(ADDRESS_ONEOFF), "may_add": actor.may(ADDRESS_MANAGE)}
    partial = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "orders/address.html" + ("#rows" if partial else ""), values)


@page(ADDRESS_ONEOFF, "GET", "POST", audience="party")
def oneoff_address(request: Request) -> HttpResponse:
    """Fill in an address for this order alone."""
    form = forms.Oneoff(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.deliver_once_to(request.actor, values=form.cleaned_data)
            return HttpResponseRedirect(reverse("orders:cart"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "orders/address_once.html", {"form": form, "lead": _("It goes with this order alone and into no address book.")}, status=422 if form.is_bound else 200)
