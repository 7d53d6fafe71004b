"""Pages of the several carts of a person: go on in another one, name it, share it, move lines to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.approvals.queries import names
from portiek.trade.orders import actions, forms, permissions, queries


def _to_cart() -> HttpResponse:
    return HttpResponseRedirect(reverse("orders:cart"))


def _naming(request: Request, **more: Any) -> forms.Naming:
    return forms.Naming(request.POST if request.method == "POST" else None, may_share=not request.actor.hand, **more)


def _named(form: forms.Naming, action: Any, request: Request, **more: Any) -> bool:
    """Carry out what the form asks; return whether that went well."""
    if form.is_valid():
        try:
            action(request.actor, **form.values(), **more)
            return True
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return False


@page(permissions.CART, "GET", "POST", audience="party")
def list_carts(request: Request) -> HttpResponse:
    """List the carts that one may fill, and make another one."""
    actor, form = request.actor, _naming(request)
    if form.is_bound and _named(form, actions.open_cart, request):
        return _to_cart()
    found = list(queries.carts(actor).annotate(amount=queries.amount(actor, day=timezone.localdate(), with_tax=request.member.with_tax)).order_by(*queries.BY_NAME))
    owners = names(actor, {item.user_id for item in found if not queries.is_own(actor, item)})
    rows = [(item, queries.is_own(actor, item), owners.get(item.user_id, "")) for item in found]
    first = any(own and not item.name for item, own, _owner in rows)
    return render(request, "orders/carts.html", {"rows": rows, "first": first, "form": form, "currency": request.portal.currency, "with_tax": request.member.with_tax}, status=422 if form.is_bound else 200)


@page(permissions.CART, "POST", audience="party")
def use_cart(request: Request) -> HttpResponse:
    """Go on in another cart."""
    actions.use_cart(request.actor, key=request.POST.get("cart", ""))
    return _to_cart()


@page(permissions.CART, "GET", "POST", audience="party")
def change_cart(request: Request, cart: str) -> HttpResponse:
    """Name a cart of one's own, and share it or not."""
    found = queries.cart(request.actor, cart)
    if not queries.is_own(request.actor, found):
        raise NotFound
    form = _naming(request, initial={"name": found.name, "is_shared": found.is_shared})
    if form.is_bound and _named(form, actions.change_cart, request, key=cart):
        return HttpResponseRedirect(reverse("orders:carts"))
    return render(request, "orders/cart_name.html", {"cart": found, "form": form}, status=422 if form.is_bound else 200)


@page(permissions.CART, "GET", "POST", audience="party")
def drop_cart(request: Request, cart: str) -> HttpResponse:
    """Ask, then throw a cart away."""
    found = queries.cart(request.actor, cart)
    if not queries.is_own(request.actor, found):
        raise NotFound
    if request.method == "POST":
        actions.drop_cart(request.actor, key=cart)
        return HttpResponseRedirect(reverse("orders:carts"))
    return render(request, "ui/confirm.html", {"heading": _("Throw away the cart %(name)s?") % {"name": found.name or _("without a name")}, "lead": _("Your colleagues lose it too.") if found.is_shared else _("What is in it goes too; nothing is ordered."),
                                               "facts": [(_("Lines"), found.lines)], "action": reverse("orders:cart_drop", args=[cart]), "label": _("Throw away"), "back": reverse("orders:carts"), "kind": "danger", "values": {}})  # type: ignore[attr-defined]


@page(permissions.CART, "GET", "POST", audience="party")
def move_lines(request: Request) -> HttpResponse:
    """Put ticked lines of this cart in another one."""
    actor, problem = request.actor, ""
    others = [item for item in queries.carts(actor).order_by(*queries.BY_NAME) if not item.active]  # type: ignore[attr-defined]
    if request.method == "POST":
        lines = [int(line) for line in request.POST.getlist("line") if line.isascii() and line.isdigit() and len(line) < 19]
        try:
            moved = actions.move_lines(actor, lines=lines, key=request.POST.get("cart", ""))
            messages.success(request, ngettext("One line went to the other cart.", "%(num)s lines went to the other cart.", moved) % {"num": moved})
            return _to_cart()
        except Refused as refused:
            problem = wording(refused)
    basket = queries.basket(actor, day=timezone.localdate())
    return render(request, "orders/cart_move.html", {"basket": basket, "others": [(item.key, item.name or _("Cart")) for item in others], "problem": problem, "ticked": request.POST.getlist("line")}, status=422 if problem else 200)
