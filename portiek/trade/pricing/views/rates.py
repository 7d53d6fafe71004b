"""The page of exchange rates, for staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.trade.pricing import actions, forms, permissions, queries
from portiek.trade.pricing.views.paging import pages

BACK = "pricing:rates"


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def rates(request: Request) -> HttpResponse:
    """List the exchange rates, newest first, with the lists that lack one; set a rate."""
    form = forms.Rate(request.POST if request.method == "POST" else None, initial={"valid_from": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            actions.set_rate(request.actor, **form.cleaned_data)
            messages.success(request, _("The rate of %(currency)s has been saved and counts on its days.") % {"currency": form.cleaned_data["currency"]})
            return HttpResponseRedirect(reverse(BACK))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    found, today = keyset(queries.rates(request.actor), ("-valid_from", "-id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50), timezone.localdate()
    without = list(queries.lists_without_rate(request.actor, currency=request.portal.currency, day=today)[:20])
    return render(request, "pricing/rates.html", {"rates": found.rows, "form": form, "today": today, "without": without, "own": request.portal.currency, **pages(request, found)}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_rate(request: Request, key: int) -> HttpResponse:
    """Take a rate away."""
    found = queries.rate(request.actor, key)
    actions.remove_rate(request.actor, rate=found)
    messages.success(request, _("The rate of %(currency)s has been taken away.") % {"currency": found.currency})
    return HttpResponseRedirect(reverse(BACK))
