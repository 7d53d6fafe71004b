"""Pages of customer groups: who is in one and what its members pay; for members what was agreed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.parties import queries as parties
from portiek.trade.catalog import queries as catalog
from portiek.trade.pricing import actions, forms, permissions, preview, queries
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement
from portiek.trade.pricing.views.paging import pages
from portiek.trade.pricing.views.taking import look_first


def _at(name: str, *arguments: Any) -> str:
    return reverse(f"pricing:{name}", args=arguments)


def _form_page(request: Request, form: django_forms.Form, *, title: str, label: str, back: str, group: CustomerGroup | None, do: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Show one form about a group; `do` does what it asks and returns where to go on."""
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(do(form.cleaned_data))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "pricing/group_form.html", {"form": form, "title": title, "label": label, "back": back, "group": group}, status=422 if form.errors else 200)


@page(permissions.VIEW, audience="staff")
def groups(request: Request) -> HttpResponse:
    """List the customer groups."""
    found = keyset(queries.groups(request.actor), ("code", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    ways = slots.rendered("list.ways", request, what="group-members", party=None)
    return render(request, "pricing/groups.html", {"groups": found.rows, "may_manage": request.actor.may(permissions.MANAGE), "list_ways": ways, **pages(request, found)})


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_group(request: Request) -> HttpResponse:
    """Make a customer group."""

    def do(data: dict[str, Any]) -> str:
        made = actions.create_group(request.actor, **data)
        messages.success(request, _("%(name)s has been made. Say who is in it and what they pay.") % {"name": made.name})
        return _at("group", made.code)

    return _form_page(request, forms.NewGroup(request.POST or None), title=_("New customer group"), label=_("Make group"), back=_at("groups"), group=None, do=do)


@page(permissions.VIEW, "GET", "POST", audience="staff")
def group(request: Request, code: str) -> HttpResponse:
    """Show a customer group; put a customer in it."""
    found, actor, search = queries.group(request.actor, code), request.actor, request.GET.get("q", "").strip()[:100]
    form = forms.Member(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            party = parties.party(actor, form.cleaned_data["party"].strip())
            actions.add_member(actor, group=found, party=party)
            messages.success(request, _("%(name)s is in the group and pays its prices from now on.") % {"name": party.name})
            return HttpResponseRedirect(_at("group", code))
        except NotFound:
            form.add_error("party", _("There is no customer with this number."))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    members = keyset(queries.group_members(actor, found, search=search), queries.MEMBERS_BY, after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    values = {
        "group": found,
        "members": members.rows,
        "search": search,
        "lists": list(queries.group_lists(actor, group_ids=[found.pk])),
        "agreements": list(queries.group_agreements(actor, group_ids=[found.pk])[:200]),
        "discounts": list(queries.group_discounts(actor, group_ids=[found.pk])),
        "form": form,
        "today": timezone.localdate(),
        "may_manage": actor.may(permissions.MANAGE),
        "own": not found.external_id,
        "history": history_panel(request, ref("pricing.group", found.pk)),
        **pages(request, members),
    }
    return render(request, "pricing/group.html", values, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_group(request: Request, code: str) -> HttpResponse:
    """Give a group another name, or let it count no longer."""
    found = queries.group(request.actor, code)

    def do(data: dict[str, Any]) -> str:
        actions.change_group(request.actor, group=found, **data)
        messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": data["name"]})
        return _at("group", code)

    form = forms.ChangeGroup(request.POST if request.method == "POST" else None, initial={"name": found.name, "is_active": found.is_active})
    return _form_page(request, form, title=_("Change customer group"), label=_("Save"), back=_at("group", code), group=found, do=do)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_member(request: Request, code: str, party: str) -> HttpResponse:
    """Take a customer out of a group."""
    found, whose = queries.group(request.actor, code), parties.party(request.actor, party)
    take = partial(actions.remove_member, request.actor, group=found, party=whose)
    if seen := look_first(request, whom=whose, change=take, touched=lambda: preview.of_customer_group(request.actor, found), title=_("Take %(name)s out of %(group)s") % {"name": whose.name, "group": found.name}, back=_at("group", code)):
        return seen
    try:
        take()
        messages.success(request, _("%(name)s is no longer in the group.") % {"name": whose.name})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(_at("group", code))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def assign_list(request: Request, code: str) -> HttpResponse:
    """Serve the members of a group by a price list."""
    found = queries.group(request.actor, code)

    def do(data: dict[str, Any]) -> str:
        chosen = queries.price_list(request.actor, data["price_list"])
        actions.assign_group_list(request.actor, group=found, price_list=chosen, position=data["position"])
        messages.success(request, _("%(list)s counts for %(name)s from now on.") % {"list": chosen.name, "name": found.name})
        return _at("group", code)

    choices = [(item.code, item.name) for item in queries.price_lists(request.actor).filter(is_active=True).order_by("name")]
    return _form_page(request, forms.Assign(request.POST if request.method == "POST" else None, choices=choices), title=_("Assign a price list"), label=_("Assign price list"), back=_at("group", code), group=found, do=do)


@page(permissions.MANAGE, "POST", audience="staff")
def withdraw_list(request: Request, code: str, list_code: str) -> HttpResponse:
    """Serve the members of a group no longer by a price list."""
    found, chosen = queries.group(request.actor, code), queries.price_list(request.actor, list_code)
    take = partial(actions.withdraw_group_list, request.actor, group=found, price_list=chosen)
    if seen := look_first(request, whom=found, change=take, touched=lambda: preview.of_list(request.actor, chosen), title=_("Withdraw %(list)s of %(name)s") % {"list": chosen.name, "name": found.name}, back=_at("group", code)):
        return seen
    take()
    messages.success(request, _("%(list)s no longer counts for %(name)s.") % {"list": chosen.name, "name": found.name})
    return HttpResponseRedirect(_at("group", code))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def set_discount(request: Request, code: str) -> HttpResponse:
    """Give the members of a group a percentage on a discount group."""
    found = queries.group(request.actor, code)

    def do(data: dict[str, Any]) -> str:
        actions.set_group_discount(request.actor, group=found, **data)
        messages.success(request, _("The discount counts from now on, where no price list has the product."))
        return _at("group", code)

    return _form_page(request, forms.Discount(request.POST if request.method == "POST" else None), title=_("Discount on a group"), label=_("Save discount"), back=_at("group", code), group=found, do=do)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_discount(request: Request, code: str, key: int) -> HttpResponse:
    """Take a percentage away from a group."""
    found = queries.group(request.actor, code)
    off = queries.group_discount(request.actor, found, key).discount_group
    take = partial(actions.remove_group_discount, request.actor, group=found, key=key)
    if seen := look_first(request, whom=found, change=take, touched=lambda: preview.of_group(request.actor, off), title=_("Take away the discount on %(code)s") % {"code": off}, back=_at("group", code)):
        return seen
    try:
        take()
        messages.success(request, _("The discount no longer counts."))
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(_at("group", code))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_agreement(request: Request, code: str) -> HttpResponse:
    """Agree something with a group."""
    found = queries.group(request.actor, code)

    def do(data: dict[str, Any]) -> str:
        made = actions.create_group_agreement(request.actor, group=found, **data)
        messages.success(request, _("%(name)s has been made. Add what was agreed.") % {"name": made.name})
        return _at("group-agreement", code, made.number)

    return _form_page(request, forms.NewAgreement(request.POST if request.method == "POST" else None), title=_("New agreement"), label=_("Make agreement"), back=_at("group", code), group=found, do=do)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_agreement(request: Request, code: str, number: str) -> HttpResponse:
    """Give an agreement of a group another name, or other days or conditions: a last day ends it."""
    found, back = queries.group_agreement(request.actor, code, number), _at("group-agreement", code, number)

    def do(data: dict[str, Any]) -> str:
        actions.change_group_agreement(request.actor, agreement=found, values=data)
        messages.success(request, _("%(name)s has been saved and counts so at once.") % {"name": data["name"]})
        return back

    form = forms.ChangeAgreement(request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in ("name", "valid_from", "valid_until", "tiers", "note")})
    return _form_page(request, form, title=_("Change agreement"), label=_("Save"), back=back, group=found.group, do=do)


def _agreement_page(request: Request, found: GroupAgreement, form: forms.GroupLine) -> HttpResponse:
    lines = list(queries.group_agreement_lines(request.actor, found))
    # Fetched apart: a line may be about a product that is in none of the party's assortments.
    products = catalog.products_by_id(request.actor, [line.product_id for line in lines if line.product_id])
    values = {"agreement": found, "lines": lines, "products": products, "tiered": any(line.min_quantity > 1 for line in lines), "form": form, "today": timezone.localdate(), "may_manage": request.actor.may(permissions.MANAGE) and not found.external_id}
    return render(request, "pricing/group_agreement.html", values, status=422 if form.errors else 200)


@page(permissions.AGREEMENT_VIEW, audience="party")
def my_agreement(request: Request, code: str, number: str) -> HttpResponse:
    """Show what was agreed with a group that one's own company is in."""
    return _agreement_page(request, queries.group_agreement(request.actor, code, number), forms.GroupLine())


@page(permissions.AGREEMENT_VIEW, "GET", "POST", audience="staff")
def agreement(request: Request, code: str, number: str) -> HttpResponse:
    """Show an agreement of a group; add a line to it."""
    found, form = queries.group_agreement(request.actor, code, number), forms.GroupLine(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            product = catalog.product(request.actor, data["product"].strip()) if data["product"].strip() else None
            actions.add_group_line(request.actor, agreement=found, product=product, discount_group=data["discount_group"].strip(), min_quantity=data["min_quantity"] or Decimal(0), price=data["price"], percent=data["percent"])
            messages.success(request, _("The line has been added and counts at once."))
            return HttpResponseRedirect(_at("group-agreement", code, number))
        except NotFound:
            form.add_error("product", _("There is no product with this number."))
        except Refused as refused:
            form.add_error(None, wording(refused))
    return _agreement_page(request, found, form)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_line(request: Request, code: str, number: str, key: int) -> HttpResponse:
    """Take a line out of an agreement of a group."""
    found, back = queries.group_agreement(request.actor, code, number), _at("group-agreement", code, number)
    line = queries.group_agreement_line(request.actor, found, key)
    take = partial(actions.remove_group_line, request.actor, agreement=found, key=key)
    if seen := look_first(request, whom=found.group, change=take, touched=lambda: preview.of_line(request.actor, line), title=_("Take a line out of %(name)s") % {"name": found.name}, back=back, first_day=found.valid_from, quantity=line.min_quantity):
        return seen
    take()
    messages.success(request, _("The line has been taken out."))
    return HttpResponseRedirect(back)
