"""Pages of order lists: which there are, one with today's prices, its lines, and putting something on one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.files import rules as names
from portiek.trade.lists import actions, forms, permissions, queries, rules
from portiek.trade.lists.models import OrderList
from portiek.trade.orders import reading
from portiek.trade.orders import wording as words
from portiek.trade.orders.permissions import CART
from portiek.trade.orders.queries.packs import meant, packs_of
from portiek.ui.csv_file import as_csv

SIZE = 50


def _keys(given: list[str]) -> list[int]:
    return [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 19]


def _scope(found: OrderList) -> str:
    return {rules.PERSONAL: _("Only you"), rules.COMPANY: _("Whole company")}.get(found.scope) or str(found.unit)


def _to(found: OrderList) -> HttpResponse:
    return HttpResponseRedirect(reverse("lists:list", args=[found.pk]))


@page(CART, audience="party")
def list_lists(request: Request) -> HttpResponse:
    """List one's own lists and those that are shared."""
    found = keyset(queries.lists(request.actor), queries.BY_NAME, after=request.GET.get("after"), before=request.GET.get("before"), size=SIZE)
    links = {name: f"?{name.replace('next', 'after').replace('previous', 'before')}={key}" if key else None for name, key in (("next", found.next), ("previous", found.previous))}
    return render(request, "lists/lists.html", {"rows": [(item, _scope(item)) for item in found.rows], **links})


def _listing(request: Request, **more: Any) -> forms.Listing:
    return forms.Listing(request.POST if request.method == "POST" else None, units=queries.units(request.actor), may_share=request.actor.may(permissions.MANAGE), **more)


def _refuse(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, wording(refused))


@page(CART, "GET", "POST", audience="party")
def new_list(request: Request) -> HttpResponse:
    """Make a list."""
    form = _listing(request)
    if form.is_bound and form.is_valid():
        try:
            return _to(actions.make_list(request.actor, **form.values()))
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "lists/settings.html", {"form": form, "list": None}, status=422 if form.is_bound else 200)


@page(CART, "GET", "POST", audience="party")
def change_list(request: Request, key: int) -> HttpResponse:
    """Give a list another name, or share it otherwise."""
    found = _changeable(request, key)
    form = _listing(request, initial={"name": found.name, "scope": found.scope, "unit": str(found.unit_id or "")})
    if form.is_bound and form.is_valid():
        try:
            return _to(actions.change_list(request.actor, key=key, **form.values()))
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "lists/settings.html", {"form": form, "list": found}, status=422 if form.is_bound else 200)


def _changeable(request: Request, key: int) -> OrderList:
    found = queries.order_list(request.actor, key)
    if not queries.may_change(request.actor, found):
        raise NotFound
    return found


@page(CART, audience="party")
def show_list(request: Request, key: int) -> HttpResponse:
    """Show a list with today's prices, to order from it."""
    return _shown(request, key)


def _shown(request: Request, key: int, *, status: int = 200, quick: Any = None, form: Any = None, problem: str = "", ticked: list[int] | None = None) -> HttpResponse:
    found = queries.order_list(request.actor, key)
    standing, with_tax = queries.standing(request.actor, found, day=timezone.localdate()), request.member.with_tax
    shown = reading.basket(standing.basket, with_tax=with_tax).lines
    lines = [line for line, _item in standing.rows]
    form = form or forms.Ordering(lines=lines, packs=packs_of(request.actor, lines), initial={f"quantity-{line.pk}": item.quantity for line, item in zip(lines, shown, strict=True) if line.par is None})
    rows = [(line, item, form[f"quantity-{line.pk}"], form.unit_field(line.pk), form[f"shelf-{line.pk}"] if line.par is not None else None, words.unit_lost(line.lost(item.units), item.product.unit_label if item.product else "")) for line, item in zip(lines, shown, strict=True)]
    values = {"list": found, "scope": _scope(found), "rows": rows, "form": form, "may_change": queries.may_change(request.actor, found), "quick": quick or forms.AddLine(initial={"quantity": 1}), "problem": problem,
              "ticked": ticked or [], "pars": any(line.par is not None for line in lines), "with_tax": with_tax, "currency": request.portal.currency, "words": words, "instead": standing.instead, "ways": slots.rendered("lists.list.ways", request, order_list=found) if lines else []}
    return render(request, "lists/list.html", values, status=status)


@page(CART, "POST", audience="party")
def order_from(request: Request, key: int) -> HttpResponse:
    """Take what is asked of a list to the look that goes before the cart."""
    found = queries.order_list(request.actor, key)
    lines, ticked = list(queries.lines(request.actor, found)), _keys(request.POST.getlist("pick"))
    form = forms.Ordering(request.POST, lines=lines, packs=packs_of(request.actor, lines))
    if not form.is_valid():
        return _shown(request, key, status=422, form=form, ticked=ticked)
    only = ticked if "ticked" in request.POST else None
    try:
        made = actions.order_from(request.actor, key=key, typed=form.in_sales_unit(), shelf=form.shelf(), only=only, packs=form.chosen())
    except Refused as refused:
        return _shown(request, key, status=422, form=form, problem=wording(refused), ticked=ticked)
    if lost := [line.name for line in lines if (there := form.packs.get(line.pk)) and there.lost and (only is None or line.pk in only)]:
        messages.info(request, _("Counted in the sales unit, since the unit of the list is not there any more: %(names)s") % {"names": ", ".join(lost[:10])})
    return HttpResponseRedirect(reverse("orders:draft", args=[made.key]))


@page(CART, "POST", audience="party")
def add_line(request: Request, key: int) -> HttpResponse:
    """Put a product on a list by its number."""
    found, form = _changeable(request, key), forms.AddLine(request.POST)
    if form.is_valid():
        [asked] = meant(request.actor, [(form.cleaned_data["product"], "")])
        if len(products := asked.products) == 1:
            quantity, pack = form.cleaned_data["quantity"], asked.pack
            try:
                if not actions.put_on(request.actor, key=key, wishes=[queries.Wish(products[0].pk, quantity * pack.factor if pack else quantity, unit=pack.kept if pack else None)]):
                    messages.info(request, _("%(name)s is on this list already.") % {"name": products[0].label})
                return _to(found)
            except Refused as refused:
                form.add_error("product", wording(refused))
        else:
            form.add_error("product", _("No product of your assortment has this number.") if not products else _("Several products have this number. Use the article number."))
    return _shown(request, key, status=422, quick=form)


@page(CART, "POST", audience="party")
def take_successor(request: Request, key: int) -> HttpResponse:
    """Put what came in the place of a product on the list instead of it."""
    found, lines = _changeable(request, key), _keys(request.POST.getlist("line"))
    try:
        actions.take_successor(request.actor, key=key, line=lines[0] if lines else 0)
    except Refused as refused:
        return _shown(request, key, status=422, problem=wording(refused))
    messages.success(request, _("Replaced on this list."))
    return _to(found)


@page(CART, "GET", "POST", audience="party")
def change_lines(request: Request, key: int) -> HttpResponse:
    """Change quantities, minimum stock, notes and order of a list, and take lines out."""
    found = _changeable(request, key)
    out = _keys(request.POST.getlist("out"))
    lines = list(queries.lines(request.actor, found))
    packs = packs_of(request.actor, lines)
    form = forms.Lines(request.POST if request.method == "POST" else None, lines=lines, packs=packs)
    if form.is_bound and form.is_valid():
        actions.save_lines(request.actor, key=key, lines=form.values(), out=out, packs=form.chosen())
        messages.success(request, _("The list is saved."))
        return HttpResponseRedirect(reverse("lists:lines", args=[key]) if "stay" in request.POST else reverse("lists:list", args=[key]))
    return render(request, "lists/lines.html", {"list": found, "form": form, "out": out, "packs": packs, "words": words}, status=422 if form.is_bound else 200)


@page(CART, "GET", "POST", audience="party")
def remove_list(request: Request, key: int) -> HttpResponse:
    """Ask, then remove a list."""
    found = _changeable(request, key)
    if request.method == "POST":
        actions.remove_list(request.actor, key=key)
        messages.success(request, _("The list %(name)s is removed.") % {"name": found.name})
        return HttpResponseRedirect(reverse("lists:lists"))
    return render(request, "ui/confirm.html", {"heading": _("Remove the list %(name)s?") % {"name": found.name}, "lead": _("Your colleagues cannot use it any more.") if found.is_shared else _("Nothing in your cart or orders changes."),
                                               "facts": [(_("Lines"), found.lines)], "action": reverse("lists:remove", args=[key]), "label": _("Remove list"), "back": reverse("lists:list", args=[key]), "kind": "danger", "values": {}})  # type: ignore[attr-defined]


@page(CART, audience="party")
def download(request: Request, key: int) -> HttpResponse:
    """Return a list as a file that can be brought in again."""
    found = queries.order_list(request.actor, key)
    standing = queries.standing(request.actor, found, day=timezone.localdate())
    heads = [_("Article number"), _("Own number"), _("Product"), _("Quantity"), _("Unit"), _("Minimum stock"), _("Note")]
    rows = [[line.sku, item.own_number, line.name, item.quantity, item.pack.name if item.pack else item.product.unit_label if item.product else "", line.par, line.note] for line, item in standing.rows]
    return HttpResponse(as_csv([heads, *rows]), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": names.disposition(names.clean_name(f"{found.name}.csv"))})


@page(CART, "GET", "POST", audience="party")
def put_on(request: Request) -> HttpResponse:
    """Put a product, the cart, an order, a pasted list or another list on a list, or make a new one of it."""
    actor = request.actor
    thing = (request.POST if request.method == "POST" else request.GET).get("thing", "")[:120]
    called, wishes = queries.wishes(actor, thing, policy=request.portal.policy, day=timezone.localdate())
    form = forms.PutOn(request.POST if request.method == "POST" else None, lists=queries.own_lists(actor), initial={"name": called if thing.startswith("list:") else ""})
    # The page of a product asks only on which list; a new one is given its name here.
    asks_name = form.is_bound and not request.POST.get("to") and "name" not in request.POST
    if form.is_bound and not asks_name and form.is_valid():
        try:
            if chosen := form.cleaned_data["to"]:
                found = queries.order_list(actor, int(chosen))
                added = actions.put_on(actor, key=found.pk, wishes=wishes)
                said = ngettext("%(num)s line is put on %(name)s.", "%(num)s lines are put on %(name)s.", added) if added else _("It is on %(name)s already.")
                messages.success(request, said % {"num": added, "name": found.name})
            else:
                found = actions.make_list(actor, name=form.cleaned_data["name"], wishes=wishes)
                messages.success(request, _("The list %(name)s is made. Only you see it.") % {"name": found.name})
            return _to(found)
        except Refused as refused:
            _refuse(form, refused)
    if asks_name:
        form = forms.PutOn(lists=queries.own_lists(actor))
    back = {"product": lambda key: reverse("catalog:detail", args=[key]), "order": lambda key: reverse("orders:detail", args=[key]), "draft": lambda key: reverse("orders:draft", args=[key])}.get(thing.partition(":")[0])
    values = {"form": form, "thing": thing, "called": called, "count": len(wishes), "back": back(thing.partition(":")[2]) if back else reverse("orders:cart") if thing == "cart" else reverse("lists:lists")}
    return render(request, "lists/put_on.html", values, status=422 if form.is_bound else 200)


def way(thing: str) -> str:
    """Return the address of the page that puts this on a list."""
    return f"{reverse('lists:put-on')}?{urlencode({'thing': thing})}"
