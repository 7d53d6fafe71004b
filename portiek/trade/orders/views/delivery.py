"""The page on which staff say when the portal delivers."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from portiek.core.errors import NotFound
from portiek.core.pages import Request, page, render
from portiek.trade.orders import actions, delivering, forms, permissions, queries


def _shown(request: Request, form: forms.DeliveryForm, closing: forms.Closing) -> HttpResponse:
    today = timezone.localdate()
    found = queries.delivery(request.actor, today=today)
    now = timezone.localtime()
    years = [today.year, today.year + 1]
    values = {"form": form, "weekdays": list(WEEKDAYS.items()), "days": form["days"].value() or [], "closing": closing, "closed": list(queries.closed_days(request.actor).filter(day__gte=today)), "years": years, "earliest": found.calendar.earliest(now) if found.calendar else None, "until": found.calendar.handled(now) if found.calendar else None}
    return render(request, "orders/delivery.html", values, status=422 if form.is_bound or closing.is_bound else 200)


def _empty(request: Request) -> forms.DeliveryForm:
    return forms.DeliveryForm(initial=forms.first_delivery(queries.delivery(request.actor, today=timezone.localdate())))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def set_delivery(request: Request) -> HttpResponse:
    """Say on which weekdays is delivered, until when an order counts, and what a buyer may choose."""
    if request.method != "POST":
        return _shown(request, _empty(request), forms.Closing())
    form = forms.DeliveryForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, forms.Closing())
    actions.set_delivery(request.actor, **form.values())
    return HttpResponseRedirect(reverse("orders:delivery"))


@page(permissions.MANAGE, "POST", audience="staff")
def close_days(request: Request) -> HttpResponse:
    """Add a day on which nothing moves, or the holidays of a year."""
    year = request.POST.get("year", "")
    if year.isascii() and year.isdigit() and timezone.localdate().year <= int(year[:9]) <= timezone.localdate().year + 1:
        actions.close_days(request.actor, days=delivering.dutch_holidays(int(year)))
        return HttpResponseRedirect(reverse("orders:delivery"))
    form = forms.Closing(request.POST)
    if not form.is_valid():
        return _shown(request, _empty(request), form)
    actions.close_days(request.actor, days={form.cleaned_data["day"]: form.cleaned_data["name"]})
    return HttpResponseRedirect(reverse("orders:delivery"))


@page(permissions.MANAGE, "POST", audience="staff")
def open_day(request: Request) -> HttpResponse:
    """Let a day be one as others again."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise NotFound from None
    actions.open_day(request.actor, day=day)
    return HttpResponseRedirect(reverse("orders:delivery"))
