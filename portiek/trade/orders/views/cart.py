"""Pages of the cart: fill it, look once more, order."""

from __future__ import annotations

import json
from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.fields import forms as own
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.wording import said
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.approvals import wording as approving
from portiek.trade.approvals.queries import Plan, centres, reference
from portiek.trade.approvals.shown import preview
from portiek.trade.orders import actions, forms, permissions, queries, reading, rules
from portiek.trade.orders import wording as words
from portiek.ui import format

SALT = "orders.review"
NEXT = {"review": "orders:review", "address": "orders:address"}
TOASTS = {"success": "ok", "warning": "wait", "error": "stop"}


class _Said(str):
    """A sentence with its colour, as the page's flash shows it."""

    level_tag = "success"


def _said(text: str, level: str) -> _Said:
    said = _Said(text)
    said.level_tag = level
    return said


def _added(added: Any) -> _Said:
    amount = words.amount(added.quantity, added.product.unit_label, added.pack.name if added.pack else "", added.pack.factor if added.pack else None)
    text = str(words.NOTICES[added.code]).format(name=added.product.label, quantity=amount)
    return _said(text, "warning" if added.code else "success")


def _answer(request: Request, messages: list[_Said], *, status: int = 200, line: int = 0, **more: Any) -> HttpResponse:
    """Answer a change of the cart: for HTMX the panel, or where only a `line` changed that one and the totals; the page again after a mistake, else a redirect to the cart."""
    if request.htmx and "cart-body" in request.headers.get("HX-Target", ""):
        context = {**_context(request), "messages": messages, **more}
        item = next((item for item in context["basket"].lines if item.line.pk == line), None) if not messages else None
        return render(request, "orders/cart_line.html" if item else "orders/cart.html#cart_body", {**context, "item": item}, status=status)
    if request.htmx:
        # The panel may be out of sight: what happened is said at the corner.
        with_tax = request.member.with_tax
        cart = queries.glance(request.actor, request.portal.policy, day=timezone.localdate(), with_tax=with_tax)
        response = render(request, "orders/panel.html#panel", {"cart": cart, "with_tax": with_tax, "currency": request.portal.currency}, status=status)
        if messages:
            response["HX-Trigger"] = json.dumps({"pt:toast": {"text": str(messages[0]), "kind": TOASTS[messages[0].level_tag]}})
        return response
    if status == 200 and not messages:
        return HttpResponseRedirect(reverse("orders:cart"))
    return render(request, "orders/cart.html", {**_context(request), "messages": messages, **more}, status=status)


def _agreed(actor: Actor, basket: queries.Basket) -> dict[int, str]:
    """Return what to know of agreements beside each line, by product."""
    products = {item.line.product_id: item.product for item in basket.lines if item.product}
    found = queries.agreed_notes(queries.buying_for(actor, basket.cart), {item.line.product_id: item.line.quantity for item in basket.lines if item.product}, day=timezone.localdate())
    return {key: words.agreed(note, products[key].unit_label) for key, note in found.items()}


def _context(request: Request) -> dict[str, Any]:
    actor = request.actor
    with_tax = request.member.with_tax
    basket = reading.basket(queries.basket(actor, day=timezone.localdate(), stock=True), with_tax=with_tax)
    cart = basket.cart
    few, more = queries.choices(actor, cart)
    only = few[0].pk if len(few) == 1 else ""
    chosen = forms.ONEOFF if cart and cart.oneoff else (cart and cart.address_id) or ("" if basket.usual else only)
    units = queries.unit_choices(actor, cart.unit if cart else None)
    initial = {"reference": cart.reference, "note": cart.note, "wanted_date": cart.wanted_date, "slot": cart.slot, "shipping": cart.shipping, "cost_centre": cart.cost_centre, "address": str(chosen)} if cart else {}
    return {
        "units": [(str(row.pk), row.indented) for row in units],
        "own_unit": next((row.name for row in units if row.pk == actor.unit_id), ""),
        "more_addresses": more or actor.may(ADDRESS_ONEOFF),
        "basket": basket,
        "with_tax": with_tax,
        "cart_total": _total(basket, request),
        "currency": request.portal.currency,
        "details": _details(basket, few, fields.asked(actor, "order"), delivery := queries.delivery(actor, today=timezone.localdate()), centres=centres(actor), reference=reference(actor), initial=initial),
        "earliest": delivery.calendar.earliest(timezone.localtime()) if delivery.calendar else timezone.localdate(),
        "charges": words.charges(((item.product.label, item.rate, item.amount) for item in basket.charges), request.portal.currency),
        "costs": words.costs(basket) if basket.lines else [],
        "words": words,
        "rules": rules,
        "agreed": _agreed(actor, basket),
        "room": (room := queries.room(actor, day=timezone.localdate())),
        "may_place": actor.may(permissions.PLACE),
        **(_budgets(request, plan := queries.plan(actor, basket, day=timezone.localdate(), left=room)) if basket.lines else {}),
        "above": words.above(plan, room, request.portal.currency) if basket.lines else "",
        "quick": forms.AddToCart(initial={"quantity": 1}),
        "ways": slots.rendered("orders.cart.ways", request) if basket.lines else [],
    }


def _details(basket: queries.Basket, few: list[Address], asked: list[Field], delivery: queries.Delivery, data: Any = None, **more: Any) -> forms.CartDetails:
    oneoff = basket.delivery if basket.cart and basket.cart.oneoff else ""
    return forms.CartDetails(data, addresses=few, oneoff=oneoff, usual=str(basket.usual or ""), asked=asked, answers=basket.cart.answers if basket.cart else {}, delivery=delivery, **more)


def _budgets(request: Request, plan: Plan) -> dict[str, Any]:
    """Return what is left of the budgets that a basket counts for, and which of them stops it."""
    currency = request.portal.currency
    return {"budgets": [approving.budget(item, currency) for item in plan.case.budgets], "stopped": approving.stopped(plan.case.stopped, currency) if plan.case.stopped else ""}


def _total(basket: queries.Basket, request: Request) -> str:
    """Return what the bar says of a basket that was just calculated."""
    totals = basket.totals
    return format.money(totals.gross if request.member.with_tax else totals.net, request.portal.currency) if basket.lines else ""


@page(permissions.CART, audience="party")
def show_cart(request: Request) -> HttpResponse:
    """Show the cart with today's prices; here the camera may read a barcode."""
    answer = render(request, "orders/cart.html", _context(request))
    answer["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return answer


@page(permissions.CART, "POST", audience="party")
def add_to_cart(request: Request) -> HttpResponse:
    """Add a product."""
    form = forms.AddToCart(request.POST)
    if form.is_valid():
        try:
            added = actions.add_to_cart(request.actor, code=form.cleaned_data["product"], quantity=form.cleaned_data["quantity"], unit=form.cleaned_data["unit"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else "product", wording(refused))
    if form.errors:
        # A page says it at the field; HTMX leaves the form alone.
        said = [_said(str(next(iter(form.errors.values()))[0]), "error")] if request.htmx else []
        return _answer(request, said, status=422, quick=form)
    return _answer(request, [_added(added)] if request.htmx or added.code else [])


@page(permissions.CART, "POST", audience="party")
def change_line(request: Request) -> HttpResponse:
    """Set the quantity, or the note and the wanted date, of a line."""
    form = forms.ChangeLine(request.POST)
    if not form.is_valid():
        return _answer(request, [_said(str(next(iter(form.errors.values()))[0]), "error")], status=422)
    given, quantity = form.cleaned_data, form.cleaned_data["quantity"]
    try:
        if quantity is not None and quantity == 0:
            actions.remove_line(request.actor, line_id=given["line"])
            return _answer(request, [])
        if "wanted_date" in request.POST:
            actions.want_line(request.actor, line_id=given["line"], day=given["wanted_date"], now=timezone.now())
        changed = actions.change_line(request.actor, line_id=given["line"], quantity=quantity, note=given["note"] if "note" in request.POST else None, unit=given["unit"] if "unit" in request.POST else None)
    except Refused as refused:
        return _answer(request, [_said(wording(refused), "error")], status=422)
    return _answer(request, [_added(changed)] if changed.code else [], line=given["line"])


@page(permissions.CART, "POST", audience="party")
def remove_line(request: Request) -> HttpResponse:
    """Take a line out."""
    form = forms.ChangeLine(request.POST)
    if form.is_valid():
        actions.remove_line(request.actor, line_id=form.cleaned_data["line"])
    return _answer(request, [])


@page(permissions.CART, "GET", "POST", audience="party")
def empty_cart(request: Request) -> HttpResponse:
    """Ask, then take everything out."""
    if request.method == "POST":
        actions.empty_cart(request.actor)
        return _answer(request, [])
    lines = queries.cart_lines(request.actor)
    return render(
        request,
        "ui/confirm.html",
        {
            "heading": _("Empty the cart?"),
            "lead": _("Reference, address and note stay."),
            "facts": [(_("Lines"), lines)],
            "action": reverse("orders:cart_empty"),
            "label": _("Empty the cart"),
            "back": reverse("orders:cart"),
            "kind": "danger",
            "values": {},
        },
    )


@page(permissions.CART, "POST", audience="party")
def set_details(request: Request) -> HttpResponse:
    """Keep reference, address, date and note; with `next=review` go on to the last look."""
    basket = queries.basket(request.actor, day=timezone.localdate())
    form = _details(basket, queries.choices(request.actor, basket.cart)[0], fields.asked(request.actor, "order"), queries.delivery(request.actor, today=timezone.localdate()), request.POST, centres=centres(request.actor), reference=reference(request.actor), going_on=request.POST.get("next") == "review")
    if not form.is_valid():
        return _answer(request, [], status=422, details=form)
    given = form.cleaned_data
    try:
        actions.set_details(request.actor, reference=given["reference"], note=given["note"], wanted_date=given["wanted_date"], answers=form.answers(), **form.where(), **form.parts())
    except Refused as refused:
        own.refuse(form, refused)
        return _answer(request, [], status=422, details=form)
    return HttpResponseRedirect(reverse(NEXT.get(request.POST.get("next", ""), "orders:cart")))


def _review(request: Request, *, messages: list[_Said] | None = None, differences: list[Any] | None = None, status: int = 200) -> HttpResponse:
    actor = request.actor
    basket = queries.basket(actor, day=timezone.localdate(), stock=True)
    if not basket.lines:
        return HttpResponseRedirect(reverse("orders:cart"))
    return render(
        request,
        "orders/review.html",
        {
            "basket": (shown := reading.basket(basket, with_tax=request.member.with_tax)),
            "charges": words.charges(((item.product.label, item.rate, item.amount) for item in shown.charges), request.portal.currency),
            "costs": words.costs(basket),
            "seen": basket.hash,
            "with_tax": request.member.with_tax,
            "cart_total": _total(basket, request),
            "answers": _answers(request, basket),
            "words": words,
            "agreed": _agreed(actor, basket),
            "currency": request.portal.currency,
            "messages": messages or [],
            "differences": differences or [],
            "room": (room := queries.room(actor, day=timezone.localdate())),
            "above": words.above(plan := queries.plan(actor, basket, day=timezone.localdate(), left=room), room, request.portal.currency),
            "route": preview(actor, plan, request.portal.currency) if plan else [],
            **_budgets(request, plan),
            "cost": f"{code} {centres(actor).names.get(code, '')}" if (code := basket.cart.cost_centre if basket.cart else "") else "",
            "doubles": [(words.double(item), item.order) for item in queries.doubles(actor, basket, now=timezone.now())],
            "content": signing.dumps(basket.content, salt=SALT, compress=True),
        },
        status=status,
    )


def _answers(request: Request, basket: queries.Basket) -> list[tuple[str, str]]:
    """Return what the portal asks with every order and what was answered."""
    answers = basket.cart.answers if basket.cart else {}
    return [(item.name, said(item, answers.get(item.key, "")) or _("none")) for item in fields.asked(request.actor, "order")]


@page(permissions.PLACE, audience="party")
def review(request: Request) -> HttpResponse:
    """Show everything one last time."""
    return _review(request)


@page(permissions.PLACE, "POST", audience="party")
def submit(request: Request) -> HttpResponse:
    """Place the order as it was seen, or show what is different."""
    form = forms.Submit(request.POST)
    if not form.is_valid():
        return _review(request, messages=[_said(_("Something has changed since you looked. Nothing was ordered."), "error")], status=422)
    try:
        order = actions.submit_order(request.actor, key=form.cleaned_data["key"], seen=form.cleaned_data["seen"], now=timezone.now())
    except Conflict as conflict:
        basket = queries.basket(request.actor, day=timezone.localdate())
        try:
            seen = signing.loads(form.cleaned_data["content"], salt=SALT, max_age=7 * 86400)
        except signing.BadSignature:
            seen = basket.content
        names = {item.line.product_id: item.product.label for item in basket.lines if item.product}
        found = [(names.get(item.product, ""), item) for item in rules.differences(seen, basket.content)]
        return _review(request, messages=[_said(wording(conflict), "warning")], differences=found, status=409)
    except Refused as refused:
        return _review(request, messages=[_said(wording(refused), "error")], status=422)
    return HttpResponseRedirect(reverse("orders:detail", args=[order.number]))
