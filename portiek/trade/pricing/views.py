"""Pages of prices: one's own for parties; lists, agreements and the price check for staff."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Page, Request, keyset, page, render
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.pricing import actions, forms, permissions, queries, shown
from portiek.trade.pricing.models import Agreement

LINES = ("product_id", "min_quantity", "id")


def _link(request: Request, **changes: str | None) -> str | None:
    if not any(changes.values()):
        return None
    kept = {key: value for key, value in request.GET.items() if key not in ("after", "before")}
    return "?" + urlencode({key: value for key, value in {**kept, **changes}.items() if value})


def _pages(request: Request, found: Page) -> dict[str, Any]:
    return {"next": _link(request, after=found.next), "previous": _link(request, before=found.previous)}


@page(permissions.VIEW, audience="party")
def mine(request: Request) -> HttpResponse:
    """Show what one's own company agreed: price lists in their order, agreements, discounts."""
    return render(
        request, "pricing/mine.html", {**_of_party(request, request.actor.party_id or 0), "may_agreements": request.actor.may(permissions.AGREEMENT_VIEW)}
    )


def _of_party(request: Request, party_id: int) -> dict[str, Any]:
    actor, today = request.actor, timezone.localdate()
    return {
        "lists": list(queries.assigned_lists(actor, party_id=party_id)),
        "discounts": list(queries.discounts(actor, party_id=party_id)),
        "today": today,
        "agreements": list(queries.agreements(actor, party_id=party_id).order_by("-is_active", "-valid_until", "number")[:200])
        if actor.may(permissions.AGREEMENT_VIEW)
        else [],
    }


def _agreement_page(request: Request, agreement: Agreement, *, form: forms.NewLine | None = None, status: int = 200) -> HttpResponse:
    lines = list(queries.agreement_lines(request.actor, agreement))
    # Fetched apart: a line may be about a product that is in none of the party's assortments.
    products = catalog.products_by_id(request.actor, [line.product_id for line in lines if line.product_id])
    return render(
        request,
        "pricing/agreement.html",
        {
            "agreement": agreement,
            "meters": {filling.key: html for filling, html in slots.rendered("pricing.agreement.used", request, agreement=agreement, lines=[line for line in lines if line.agreed is not None], products=products)} if any(line.agreed is not None for line in lines) else {},
            "lines": lines,
            "products": products,
            "form": form or forms.NewLine(),
            "today": timezone.localdate(),
            "may_manage": request.actor.is_staff and request.actor.may(permissions.MANAGE) and not agreement.external_id,
            "history": history_panel(request, ref("pricing.agreement", agreement.pk)),
        },
        status=status,
    )


@page(permissions.AGREEMENT_VIEW, audience="party")
def my_agreement(request: Request, number: str) -> HttpResponse:
    """Show one of one's own agreements."""
    return _agreement_page(request, queries.agreement(request.actor, request.actor.party_id or 0, number))


@page(permissions.AGREEMENT_VIEW, "GET", "POST", audience="staff")
def agreement(request: Request, party: str, number: str) -> HttpResponse:
    """Show an agreement of a party; add a line to it."""
    found = queries.agreement(request.actor, parties.party(request.actor, party).pk, number)
    form = forms.NewLine(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            product = catalog.product(request.actor, data["product"].strip()) if data["product"].strip() else None
            actions.add_agreement_line(
                request.actor,
                agreement=found,
                product=product,
                discount_group=data["discount_group"].strip(),
                min_quantity=data["min_quantity"] or Decimal(0),
                price=data["price"],
                percent=data["percent"],
                agreed=data["agreed"],
            )
            messages.success(request, _("The line has been added and counts at once."))
            return HttpResponseRedirect(reverse("pricing:agreement", args=[party, number]))
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        except Refused as refused:
            form.add_error(None, wording(refused))
    return _agreement_page(request, found, form=form, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_line(request: Request, party: str, number: str, key: int) -> HttpResponse:
    """Take a line out of an agreement."""
    found = queries.agreement(request.actor, parties.party(request.actor, party).pk, number)
    actions.remove_agreement_line(request.actor, line=queries.agreement_line(request.actor, found, key))
    messages.success(request, _("The line has been taken out."))
    return HttpResponseRedirect(reverse("pricing:agreement", args=[party, number]))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_agreement(request: Request, party: str) -> HttpResponse:
    """Agree something with a party."""
    found, form = parties.party(request.actor, party), forms.NewAgreement(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_agreement(request.actor, party=found, **form.cleaned_data)
            messages.success(request, _("%(name)s has been made. Add what was agreed.") % {"name": made.name})
            return HttpResponseRedirect(reverse("pricing:agreement", args=[party, made.number]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request,
        "pricing/form.html",
        {"form": form, "title": _("New agreement"), "party": found, "label": _("Make agreement")},
        status=422 if form.errors else 200,
    )


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_agreement(request: Request, party: str, number: str) -> HttpResponse:
    """Give an agreement another name, or other days or conditions: a last day ends it."""
    found, back = queries.agreement(request.actor, parties.party(request.actor, party).pk, number), reverse("pricing:agreement", args=[party, number])
    form = forms.ChangeAgreement(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ("name", "valid_from", "valid_until", "note")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_agreement(request.actor, agreement=found, values=form.cleaned_data)
            messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(back)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(
        request, "pricing/form.html", {"form": form, "title": _("Change agreement"), "party": found.party, "label": _("Save"), "back": back}, status=422 if form.errors else 200
    )


def _tab(party: str) -> str:
    return reverse("parties:tab", args=[party, "prices"])


def _assign_form(request: Request, data: Any = None) -> forms.Assign:
    return forms.Assign(data, choices=[(item.code, item.name) for item in queries.price_lists(request.actor).filter(is_active=True).order_by("name")])


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def assign(request: Request, party: str) -> HttpResponse:
    """Serve a party by a price list."""
    found, form = parties.party(request.actor, party), _assign_form(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = queries.price_list(request.actor, form.cleaned_data["price_list"])
            actions.assign_price_list(request.actor, party=found, price_list=chosen, position=form.cleaned_data["position"])
            messages.success(request, _("%(list)s counts for %(name)s from now on.") % {"list": chosen.name, "name": found.name})
            return HttpResponseRedirect(_tab(party))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request,
        "pricing/form.html",
        {"form": form, "title": _("Assign a price list"), "party": found, "label": _("Assign price list")},
        status=422 if form.errors else 200,
    )


@page(permissions.MANAGE, "POST", audience="staff")
def withdraw(request: Request, party: str, code: str) -> HttpResponse:
    """Serve a party no longer by a price list."""
    found, chosen = parties.party(request.actor, party), queries.price_list(request.actor, code)
    actions.withdraw_price_list(request.actor, party=found, price_list=chosen)
    messages.success(request, _("%(list)s no longer counts for %(name)s.") % {"list": chosen.name, "name": found.name})
    return HttpResponseRedirect(_tab(party))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def discount(request: Request, party: str) -> HttpResponse:
    """Give a party a percentage on a discount group."""
    found, form = parties.party(request.actor, party), forms.Discount(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_discount(request.actor, party=found, **form.cleaned_data)
            messages.success(request, _("The discount counts from now on, where no price list has the product."))
            return HttpResponseRedirect(_tab(party))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request,
        "pricing/form.html",
        {"form": form, "title": _("Discount on a group"), "party": found, "label": _("Save discount")},
        status=422 if form.errors else 200,
    )


def party_prices(request: Any, *, party: Party) -> Markup:
    """Return the tab of a party: its lists, agreements and discounts, and what staff may do with them."""
    values = {
        **_of_party(request, party.pk),
        "party": party,
        "may_manage": request.actor.may(permissions.MANAGE),
        "may_explain": request.actor.may(permissions.EXPLAIN),
        "list_ways": slots.rendered("list.ways", request, what="agreements", party=None),
    }
    html = render_to_string("pricing/party.html", values, request=request, using="jinja2")
    return Markup(html)  # noqa: S704 (our own template, which escapes)


@page(permissions.VIEW, audience="staff")
def lists(request: Request) -> HttpResponse:
    """List the price lists."""
    found = keyset(queries.price_lists(request.actor), ("code", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "pricing/lists.html", {"lists": found.rows, "list_ways": slots.rendered("list.ways", request, what="price-lines", party=None), **_pages(request, found)})


@page(permissions.VIEW, audience="staff")
def price_list(request: Request, code: str) -> HttpResponse:
    """Show one price list with its lines, or those of the products that a search finds."""
    chosen, search = queries.price_list(request.actor, code), request.GET.get("q", "").strip()[:100]
    found = keyset(
        queries.price_list_lines(request.actor, chosen, search=search), LINES, after=request.GET.get("after"), before=request.GET.get("before"), size=50
    )
    return render(
        request, "pricing/list.html", {"list": chosen, "lines": found.rows, "search": search, "today": timezone.localdate(), "history": history_panel(request, ref("pricing.price_list", chosen.pk)), **_pages(request, found)}
    )


@page(permissions.EXPLAIN, audience="staff")
def explain(request: Request) -> HttpResponse:
    """Show what a customer pays for a product on a day, and why."""
    form, values = forms.Explain(request.GET if request.GET else None), {}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            party = parties.party(request.actor, data["party"].strip())
        except NotFound:
            form.add_error("party", _("There is no customer with this number."))
        try:
            product = catalog.product(request.actor, data["product"].strip())
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        if form.is_valid():
            quantity = data["quantity"] or product.min_quantity
            price = queries.standing_price(request.actor, product.pk, quantity, day=data["day"] or timezone.localdate(), party_id=party.pk)
            values = {
                "party": party,
                "product": product,
                "quantity": quantity,
                "price": shown.shown(request, price, product),
                "sees": queries.sees(request.actor, party, product),
            }
    return render(
        request, "pricing/explain.html", {"form": form, "found": values, "today": timezone.localdate()}, status=422 if form.is_bound and form.errors else 200
    )
