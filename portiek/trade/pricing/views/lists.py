"""Pages of price lists, for staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.pricing import actions, forms, permissions, preview, queries
from portiek.trade.pricing.models import PriceList
from portiek.trade.pricing.views.paging import pages
from portiek.ui.fields import Choice, Choices, looked_for

LINES = ("product_id", "min_quantity", "id")


@page(permissions.VIEW, audience="staff")
def lists(request: Request) -> HttpResponse:
    """List the price lists."""
    found = keyset(queries.price_lists(request.actor), ("code", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "pricing/lists.html", {"lists": found.rows, "own": request.portal.currency, "without": {row.pk for row in queries.lists_without_rate(request.actor, currency=request.portal.currency, day=timezone.localdate())}, "may_manage": request.actor.may(permissions.MANAGE), "list_ways": slots.rendered("list.ways", request, what="price-lines", party=None), **pages(request, found)})


@page(permissions.VIEW, audience="staff")
def price_list(request: Request, code: str) -> HttpResponse:
    """Show one price list with its lines, or those of the products that a search finds."""
    chosen, search = queries.price_list(request.actor, code), request.GET.get("q", "").strip()[:100]
    found = keyset(
        queries.price_list_lines(request.actor, chosen, search=search), LINES, after=request.GET.get("after"), before=request.GET.get("before"), size=50
    )
    return render(
        request, "pricing/list.html", {"list": chosen, "may_manage": request.actor.may(permissions.MANAGE) and not chosen.external_id, "lines": found.rows, "search": search, "today": timezone.localdate(), "history": history_panel(request, ref("pricing.price_list", chosen.pk)), **pages(request, found)}
    )


def _form(request: Request, kind: type[forms.NewPriceList], chosen: PriceList | None = None) -> forms.NewPriceList:
    others = [item for item in queries.price_lists(request.actor).filter(is_active=True).order_by("name") if chosen is None or item.pk != chosen.pk]
    initial: dict[str, Any] = {"currency": request.portal.currency} if chosen is None else {**{name: getattr(chosen, name) for name in ("name", "tiers", "is_active")}, "fallback": chosen.fallback.code if chosen.fallback else ""}
    return kind(request.POST if request.method == "POST" else None, initial=initial, choices=[(item.code, item.name) for item in others])


def _values(request: Request, form: forms.NewPriceList) -> dict[str, Any]:
    code = form.cleaned_data["fallback"]
    return {**form.cleaned_data, "fallback": queries.price_list(request.actor, code) if code else None}


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_list(request: Request) -> HttpResponse:
    """Make a price list of the portal's own."""
    form = _form(request, forms.NewPriceList)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_price_list(request.actor, **{**_values(request, form), "currency": form.cleaned_data["currency"] or request.portal.currency})
            messages.success(request, _("%(name)s has been made. Bring in its prices from a spreadsheet.") % {"name": made.name})
            return HttpResponseRedirect(reverse("pricing:list", args=[made.code]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "pricing/list_form.html", {"form": form, "title": _("New price list"), "label": _("Make price list"), "back": reverse("pricing:lists"), "look": None}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_list(request: Request, code: str) -> HttpResponse:
    """Give a price list of the portal's own another name, fallback or kind of tiers, or take it out of use."""
    chosen, back = queries.price_list(request.actor, code), reverse("pricing:list", args=[code])
    form, look = _form(request, forms.ChangePriceList, chosen), forms.Taking(request.POST if "look_products" in request.POST else None, among=served(request.actor))
    seen: dict[str, Any] = {"look": look}
    if request.method == "POST" and not (look.is_bound and (looked_for(look) or not look.is_valid())) and form.is_valid():
        try:
            # Read anew: what is looked at is changed and undone, and the row in hand would not be.
            save = partial(actions.change_price_list, request.actor, price_list=queries.price_list(request.actor, code), values=_values(request, form))
            if request.POST.get("preview"):
                return render(request, "pricing/list_form.html", {**_list_form(form, back), **seen, **_looked(request, chosen, look, save)})
            save()
            messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(back)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "pricing/list_form.html", {**_list_form(form, back), **seen}, status=422 if form.errors or look.errors else 200)


def _list_form(form: forms.NewPriceList, back: str) -> dict[str, Any]:
    return {"form": form, "title": _("Change price list"), "label": _("Save"), "back": back}


def _looked(request: Request, chosen: PriceList, look: forms.Taking, save: Callable[[], Any]) -> dict[str, Any]:
    """Return what customers of a list pay now and would pay if it were changed, for the page: nothing of that is kept. Raises Refused as the change does."""
    given = look.cleaned_data if look.is_bound else {}
    keys = [int(value) for value in given.get("parties", ())]
    whom = list((parties.parties(request.actor).filter(pk__in=keys) if keys else queries.served_by(request.actor, chosen)).order_by("name", "pk")[: preview.MOST_PARTIES])
    named, missing = preview.products_of(request.actor, given.get("look_products", "").split(","))
    day = given.get("look_day") or timezone.localdate()
    return {"compared": preview.compared(request.actor, change=save, parties=whom, products=named or preview.of_list(request.actor, chosen), day=day), "look_on": day, "missing": missing}


def served(actor: Actor) -> Choices:
    """Offer customers to look at the prices of."""

    def word(rows: Any) -> list[Choice]:
        return [(str(row.pk), row.name, row.number) for row in rows]

    def some(values: Sequence[str]) -> list[Choice]:
        return word(parties.parties(actor).filter(pk__in=[int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]).order_by("name", "pk"))

    return Choices(lambda typed, most: word(parties.parties(actor, search=typed).exclude(kind=Party.Kind.SUPPLIER).order_by("name", "pk")[:most]), lambda value: next(iter(some([value])), None), some=some)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def list_price(request: Request, code: str) -> HttpResponse:
    """Put a price in a list of the portal's own, or look first at what some customers would pay."""
    chosen, seen = queries.price_list(request.actor, code), {}
    if chosen.external_id:
        raise NotFound
    form = forms.ListPrice(request.POST if request.method == "POST" else None, among=served(request.actor))
    searched = form.is_bound and looked_for(form)
    if form.is_bound and not searched and form.is_valid():
        data = form.cleaned_data
        try:
            product = catalog.product(request.actor, data["product"].strip())
            save = partial(actions.set_list_price, request.actor, price_list=chosen, product=product, min_quantity=data["min_quantity"] or Decimal(0), price=data["price"], valid_from=data["valid_from"], valid_until=data["valid_until"])
            if not request.POST.get("preview"):
                save()
                messages.success(request, _("The price has been put in the list."))
                return HttpResponseRedirect(reverse("pricing:list", args=[code]))
            day = max(data["valid_from"] or timezone.localdate(), timezone.localdate())
            found = list(parties.parties(request.actor).filter(pk__in=[int(value) for value in data["parties"]]).order_by("name", "pk"))
            seen = {"compared": preview.compared(request.actor, change=save, parties=found, products=[product], day=day, quantity=data["min_quantity"] or Decimal(0)), "look_on": day}
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "pricing/list_price.html", {"form": form, "list": chosen, **seen}, status=422 if form.errors else 200)
