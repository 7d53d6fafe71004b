"""Pages of prices: one's own for parties; agreements and the price check for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, document, forms, permissions, preview, queries, shown, words
from portiek.trade.pricing.models import Agreement
from portiek.trade.pricing.views.taking import look_first


@page(permissions.VIEW, audience="party")
def mine(request: Request) -> HttpResponse:
    """Show what one's own company agreed: price lists in their order, agreements, discounts."""
    extra = list(queries.surcharges(request.actor, running=timezone.localdate()).order_by("name", "pk")[:100])
    free = queries.my_free_goods(request.actor, day=timezone.localdate())
    named = [row.product_id for row in extra if row.product_id] + [row.product_id for row in free]
    products = catalog.products_by_id(request.actor, named) if named else {}
    party_id = request.actor.party_id or 0
    told = {"asked": queries.lists_in_order(request.actor, party_id=party_id), "care": accounts.looking_after(request.actor, party_id), "surcharges": extra, "free": free, "products": products}
    return render(request, "pricing/mine.html", {**_of_party(request, party_id), **told, "may_agreements": request.actor.may(permissions.AGREEMENT_VIEW)})


def _of_party(request: Request, party_id: int) -> dict[str, Any]:
    actor, today = request.actor, timezone.localdate()
    groups = list(queries.groups(actor, party_id=party_id).order_by("name", "pk"))
    ids = [item.pk for item in groups if item.is_active]
    agreed = [*queries.agreements(actor, party_id=party_id).order_by("-is_active", "-valid_until", "number")[:200], *queries.group_agreements(actor, group_ids=ids)[:200]] if actor.may(permissions.AGREEMENT_VIEW) else []
    return {
        "groups": groups,
        "lists": list(queries.assigned_lists(actor, party_id=party_id)),
        "group_lists": list(queries.group_lists(actor, group_ids=ids)),
        "discounts": [*queries.discounts(actor, party_id=party_id), *queries.group_discounts(actor, group_ids=ids)],
        "today": today,
        "agreements": agreed,
    }


def _preview(request: Request, party: Party, change: Callable[[], Any], touched: Callable[[], list[Product]], *, first_day: date | None = None, quantity: Decimal = Decimal(0), unit_id: int | None = None) -> dict[str, Any]:
    """Return what a change that was asked to be looked at first would mean for its party, for the page: nothing of it is kept. Empty when it was not. Raises Refused as the change does."""
    if not request.POST.get("preview"):
        return {"look": forms.Look()}
    look, today = forms.Look(request.POST), timezone.localdate()
    if not look.is_valid():
        return {"look": look}
    named, missing = preview.products_of(request.actor, look.cleaned_data["look_products"].split(","))
    day = look.cleaned_data["look_day"] or max(first_day or today, today)
    rows = preview.compared(request.actor, change=change, parties=[party], products=named if look.cleaned_data["look_products"].strip() else touched(), day=day, quantity=quantity, unit_id=unit_id)
    return {"look": look, "compared": rows, "look_on": day, "missing": missing}


def _agreement_page(request: Request, agreement: Agreement, *, form: forms.NewLine | None = None, status: int = 200, seen: dict[str, Any] | None = None) -> HttpResponse:
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
            "tiered": any(line.min_quantity > 1 for line in lines),
            "products": products,
            "form": form or forms.NewLine(),
            **(seen or {"look": forms.Look()}),
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


def _pdf(request: Request, found: Agreement) -> HttpResponse:
    lines = list(queries.agreement_lines(request.actor, found))
    card = accounts.looking_after(request.actor, found.party_id).card
    contact = ", ".join(part for part in (card.name, card.phone, card.email) if part) if card else ""
    ids = [line.product_id for line in lines if line.product_id]
    made = document.agreement_document(found, request.portal, lines, catalog.products_by_id(request.actor, ids), catalog.own_numbers(request.actor, ids, party_id=found.party_id), contact)
    name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in found.number)
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'})


@page(permissions.AGREEMENT_VIEW, audience="party")
def my_agreement_pdf(request: Request, number: str) -> HttpResponse:
    """Download one of one's own agreements."""
    return _pdf(request, queries.agreement(request.actor, request.actor.party_id or 0, number))


@page(permissions.AGREEMENT_VIEW, audience="staff")
def agreement_pdf(request: Request, party: str, number: str) -> HttpResponse:
    """Download an agreement of a party."""
    return _pdf(request, queries.agreement(request.actor, parties.party(request.actor, party).pk, number))


@page(permissions.AGREEMENT_VIEW, "GET", "POST", audience="staff")
def agreement(request: Request, party: str, number: str) -> HttpResponse:
    """Show an agreement of a party; add a line to it."""
    found = queries.agreement(request.actor, parties.party(request.actor, party).pk, number)
    form = forms.NewLine(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            product = catalog.product(request.actor, data["product"].strip()) if data["product"].strip() else None
            group, least = data["discount_group"].strip(), data["min_quantity"] or Decimal(0)
            add = partial(actions.add_agreement_line, request.actor, agreement=found, product=product, discount_group=group, min_quantity=least, price=data["price"], percent=data["percent"], agreed=data["agreed"])
            seen = _preview(request, found.party, add, lambda: [product] if product else preview.of_group(request.actor, group), first_day=found.valid_from, quantity=least, unit_id=found.unit_id)
            if "compared" in seen or seen["look"].errors:
                return _agreement_page(request, found, form=form, status=422 if seen["look"].errors else 200, seen=seen)
            add()
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
    line, back = queries.agreement_line(request.actor, found, key), reverse("pricing:agreement", args=[party, number])
    take = partial(actions.remove_agreement_line, request.actor, line=queries.agreement_line(request.actor, found, key))
    if seen := look_first(request, whom=found.party, change=take, touched=lambda: preview.of_line(request.actor, line), title=_("Take a line out of %(name)s") % {"name": found.name}, back=back, first_day=found.valid_from, quantity=line.min_quantity, unit_id=found.unit_id):
        return seen
    actions.remove_agreement_line(request.actor, line=line)
    messages.success(request, _("The line has been taken out."))
    return HttpResponseRedirect(back)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_agreement(request: Request, party: str) -> HttpResponse:
    """Agree something with a party."""
    found = parties.party(request.actor, party)
    form = forms.NewAgreement(request.POST if request.method == "POST" else None, units=parties.units(request.actor, party=found))
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
    seen: dict[str, Any] = {"look": forms.Look()}
    form = forms.ChangeAgreement(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ("name", "valid_from", "valid_until", "tiers", "note")})
    if request.method == "POST" and form.is_valid():
        try:
            save = partial(actions.change_agreement, request.actor, agreement=queries.agreement(request.actor, found.party_id, number), values=form.cleaned_data)
            seen = _preview(request, found.party, save, lambda: preview.of_agreement(request.actor, found), first_day=form.cleaned_data["valid_from"], unit_id=found.unit_id)
            if not request.POST.get("preview"):
                actions.change_agreement(request.actor, agreement=found, values=form.cleaned_data)
                messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": form.cleaned_data["name"]})
                return HttpResponseRedirect(back)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(
        request, "pricing/form.html", {"form": form, "title": _("Change agreement"), "party": found.party, "label": _("Save"), "back": back, **seen}, status=422 if form.errors or seen["look"].errors else 200
    )


def _tab(party: str) -> str:
    return reverse("parties:tab", args=[party, "prices"])


def _assign_form(request: Request, data: Any = None) -> forms.Assign:
    return forms.Assign(data, choices=[(item.code, item.name) for item in queries.price_lists(request.actor).filter(is_active=True).order_by("name")])


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def assign(request: Request, party: str) -> HttpResponse:
    """Serve a party by a price list."""
    found, form = parties.party(request.actor, party), _assign_form(request, request.POST if request.method == "POST" else None)
    seen: dict[str, Any] = {"look": forms.Look()}
    if request.method == "POST" and form.is_valid():
        try:
            chosen = queries.price_list(request.actor, form.cleaned_data["price_list"])
            save = partial(actions.assign_price_list, request.actor, party=found, price_list=chosen, position=form.cleaned_data["position"])
            seen = _preview(request, found, save, lambda: preview.of_list(request.actor, chosen))
            if not request.POST.get("preview"):
                save()
                messages.success(request, _("%(list)s counts for %(name)s from now on.") % {"list": chosen.name, "name": found.name})
                return HttpResponseRedirect(_tab(party))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request,
        "pricing/form.html",
        {"form": form, "title": _("Assign a price list"), "party": found, "label": _("Assign price list"), **seen},
        status=422 if form.errors or seen["look"].errors else 200,
    )


@page(permissions.MANAGE, "POST", audience="staff")
def withdraw(request: Request, party: str, code: str) -> HttpResponse:
    """Serve a party no longer by a price list."""
    found, chosen = parties.party(request.actor, party), queries.price_list(request.actor, code)
    take = partial(actions.withdraw_price_list, request.actor, party=found, price_list=chosen)
    if seen := look_first(request, whom=found, change=take, touched=lambda: preview.of_list(request.actor, chosen), title=_("Withdraw %(list)s of %(name)s") % {"list": chosen.name, "name": found.name}, back=_tab(party)):
        return seen
    take()
    messages.success(request, _("%(list)s no longer counts for %(name)s.") % {"list": chosen.name, "name": found.name})
    return HttpResponseRedirect(_tab(party))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def discount(request: Request, party: str) -> HttpResponse:
    """Give a party a percentage on a discount group."""
    found, form = parties.party(request.actor, party), forms.Discount(request.POST if request.method == "POST" else None)
    seen: dict[str, Any] = {"look": forms.Look()}
    if request.method == "POST" and form.is_valid():
        try:
            save = partial(actions.set_discount, request.actor, party=found, **form.cleaned_data)
            seen = _preview(request, found, save, lambda: preview.of_group(request.actor, form.cleaned_data["discount_group"]), first_day=form.cleaned_data["valid_from"])
            if not request.POST.get("preview"):
                save()
                messages.success(request, _("The discount counts from now on, where no price list has the product."))
                return HttpResponseRedirect(_tab(party))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request,
        "pricing/form.html",
        {"form": form, "title": _("Discount on a group"), "party": found, "label": _("Save discount"), **seen},
        status=422 if form.errors or seen["look"].errors else 200,
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


def _asked_party(request: Request) -> tuple[Party | None, list[Unit]]:
    """Return whose price is asked with the branches, departments and projects that it may be for."""
    try:
        party = parties.party(request.actor, request.GET.get("party", "").strip()[:20])
    except NotFound:
        return None, []
    return party, list(parties.units(request.actor, party=party))


@page(permissions.EXPLAIN, audience="staff")
def explain(request: Request) -> HttpResponse:
    """Show what a customer pays for a product on a day, and why."""
    party, units = _asked_party(request)
    form, values = forms.Explain(request.GET if request.GET else None, units=units), {}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if party is None:
            form.add_error("party", _("There is no customer with this number."))
        try:
            product = catalog.product(request.actor, data["product"].strip())
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        if form.is_valid() and party is not None:
            quantity = data["quantity"] or product.min_quantity
            day, unit_id = data["day"] or timezone.localdate(), int(data.get("unit") or 0) or None
            price = queries.standing_price(request.actor, product.pk, quantity, day=day, party_id=party.pk, unit_id=unit_id)
            considered = queries.considered(request.actor, product.pk, quantity, day=day, party_id=party.pk, unit_id=unit_id)
            values = {
                "party": party,
                "unit": next((item for item in units if str(item.pk) == data.get("unit")), None),
                "product": product,
                "quantity": quantity,
                "price": shown.shown(request, price, product),
                "sees": queries.sees(request.actor, party, product),
                "considered": [(words.considered(item), words.alone(item, price.currency), words.reason(item), item.reason in ("wins", "slice", "on_top")) for item in considered],
            }
    return render(
        request, "pricing/explain.html", {"form": form, "found": values, "today": timezone.localdate()}, status=422 if form.is_bound and form.errors else 200
    )
