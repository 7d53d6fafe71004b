"""Pages of recurring orders: which there are, one with what its next turn would be, and the buttons on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.fields import forms as own
from portiek.foundation.fields.queries import asked
from portiek.trade.approvals.queries import centres, reference
from portiek.trade.lists import queries as lists
from portiek.trade.orders import queries as orders
from portiek.trade.orders import wording as order_words
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.permissions import PLACE
from portiek.trade.orders.queries.packs import meant, packs_of
from portiek.trade.orders.rules import in_packs
from portiek.trade.recurring import actions, errors, forms, permissions, queries, rules
from portiek.trade.recurring import wording as words
from portiek.trade.recurring.models import Recurring
from portiek.trade.recurring.queries import Look, Row
from portiek.ui import format

SIZE, WEEK = 50, timedelta(weeks=1)
CART = "cart"


def _scope(found: Recurring) -> str:
    return {rules.PERSONAL: _("Only you"), rules.COMPANY: _("Whole company")}.get(found.scope) or str(found.unit)


def _to(key: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("recurring:detail", args=[key]))


@page(PLACE, audience="party")
def list_recurring(request: Request) -> HttpResponse:
    """List one's own recurring orders and those that are shared."""
    found = keyset(queries.all_recurring(request.actor), queries.BY_NAME, after=request.GET.get("after"), before=request.GET.get("before"), size=SIZE)
    links = {name: f"?{name.replace('next', 'after').replace('previous', 'before')}={key}" if key else None for name, key in (("next", found.next), ("previous", found.previous))}
    return render(request, "recurring/all.html", {"rows": [(item, _scope(item), words.rhythm(item), words.status(item)) for item in found.rows], **links})


def _things(request: Request, thing: str) -> list[tuple[str, str]]:
    """Return of what a recurring order can be made: what was pressed on, else the cart and the lists."""
    if thing:
        return []
    of_cart = [(CART, _("What is in your cart"))] if orders.cart_lines(request.actor) else []
    return [*of_cart, *((f"list:{item.pk}", item.name) for item in lists.lists(request.actor).order_by(*lists.BY_NAME)[:200] if item.lines)]  # type: ignore[attr-defined]


def _form(request: Request, found: Recurring | None = None, *, things: list[tuple[str, str]] | None = None, **more: Any) -> forms.RecurringForm:
    actor = request.actor
    few = orders.delivery_addresses(actor)
    if found is not None and found.address is not None and found.address not in few:
        few.append(found.address)
    return forms.RecurringForm(request.POST if request.method == "POST" else None, things=things or [], addresses=few, delivery=orders.delivery(actor, today=timezone.localdate()), centres=centres(actor), reference=reference(actor), asked=asked(actor, ORDER.key),
                               units=lists.units(actor), buys_for=(buys_for := orders.unit_choices(actor, found.for_unit if found else None)), own_unit=next((row.name for row in buys_for if row.pk == actor.unit_id), ""), may_share=actor.may(permissions.MANAGE), answers=found.answers if found else {}, **more)


def _refuse(form: Any, refused: Refused) -> None:
    if any(item.field and f"{own.PREFIX}{item.field}" in form.fields for item in refused.parts or (refused,)):
        own.refuse(form, refused)
    else:
        form.add_error(refused.field if refused.field in form.fields else None, wording(refused))


@page(PLACE, "GET", "POST", audience="party")
def new(request: Request) -> HttpResponse:
    """Make a recurring order of the cart, an order or an order list."""
    thing = request.GET.get("thing", "")[:120]
    called, wishes = lists.wishes(request.actor, thing, policy=request.portal.policy, day=timezone.localdate()) if thing else ("", [])
    things = _things(request, thing)
    form = _form(request, things=things, initial={"name": called, "next_on": timezone.localdate() + WEEK})
    if form.is_bound and form.is_valid() and (things or thing):
        if not thing:
            _called, wishes = lists.wishes(request.actor, form.cleaned_data["thing"], policy=request.portal.policy, day=timezone.localdate())
        try:
            made = actions.make_recurring(request.actor, settings=form.settings(None), wishes=wishes, today=timezone.localdate())
            messages.success(request, _("The recurring order %(name)s is made. The first time is %(day)s.") % {"name": made.name, "day": format.full_day(form.cleaned_data["next_on"])})
            return _to(made.pk)
        except Refused as refused:
            _refuse(form, refused)
    values = {"form": form, "recurring": None, "called": called, "count": len(wishes), "thing": thing, "nothing": not (things or wishes), "url_to": way(thing)}
    return render(request, "recurring/settings.html", values, status=422 if form.is_bound else 200)


@page(PLACE, "GET", "POST", audience="party")
def change(request: Request, key: int) -> HttpResponse:
    """Change rhythm, address and all else that holds for the whole."""
    found = _changeable(request, key)
    form = _form(request, found, initial=forms.first_of(found))
    if form.is_bound and form.is_valid():
        try:
            actions.change_recurring(request.actor, key=key, settings=form.settings(found), today=timezone.localdate())
            return _to(key)
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "recurring/settings.html", {"form": form, "recurring": found, "nothing": False, "url_to": reverse("recurring:change", args=[key])}, status=422 if form.is_bound else 200)


def _changeable(request: Request, key: int) -> Recurring:
    found = queries.recurring(request.actor, key)
    if not queries.may_change(request.actor, found):
        raise NotFound
    return found


@page(PLACE, audience="party")
def detail(request: Request, key: int) -> HttpResponse:
    """Show a recurring order, and what the next turn would be at this moment."""
    return _shown(request, key)


def _shown(request: Request, key: int, *, status: int = 200, form: Any = None, quick: Any = None, problem: str = "") -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    found = queries.recurring(actor, key)
    turn = queries.turn(actor, found)
    look = queries.look(actor, found, turn.changed if turn else {}, day=max(today, found.next_on or today))
    with_tax, changes_it = request.member.with_tax, queries.may_change(actor, found) and found.state != rules.ENDED
    form = form or forms.Quantities(lines=[row.line for row in look.rows], packs={row.line.pk: row.packs for row in look.rows if row.packs}, initial={f"quantity-{row.line.pk}": in_packs(row.wanted, row.packs.factor if row.packs else None) for row in look.rows})
    rows = [(row, *_prices(row, look, with_tax), form[f"quantity-{row.line.pk}"], form.unit_field(row.line.pk)) for row in look.rows]
    totals = look.proposal.basket.totals
    values = {"recurring": found, "turn": turn, "look": look, "rows": rows, "form": form, "quick": quick or forms.AddLine(initial={"quantity": 1}), "problem": problem, "scope": _scope(found), "rhythm": words.rhythm(found), "ends": words.ends(found),
              "status": words.status(found), "turns": [(item, words.turn_status(item)) for item in queries.turns(actor, found)], "may_change": changes_it, "is_own": found.user_id == actor.user_id, "may_take": actor.may(permissions.MANAGE) and found.user_id != actor.user_id and found.state != rules.ENDED,
              "total": totals.gross if with_tax else totals.net, "with_tax": with_tax, "currency": request.portal.currency, "words": words, "order_words": order_words, "waits": turn is not None and turn.state == rules.WAITS, "problems": [wording(item) for item in look.problems]}
    return render(request, "recurring/detail.html", values, status=status)


def _prices(row: Row, look: Look, with_tax: bool) -> tuple[Decimal | None, Decimal | None]:
    """Return what one costs now and cost last time, as the reader sees amounts."""
    if not with_tax or row.item is None or row.item.product is None:
        return row.now, row.line.price
    policy, rate = look.proposal.basket.policy, row.item.product.tax_rate
    return tuple(None if price is None else policy.with_tax(price, rate) for price in (row.now, row.line.price))  # type: ignore[return-value]


@page(PLACE, "POST", audience="party")
def save_lines(request: Request, key: int) -> HttpResponse:
    """Change how much is ordered: the next time alone, or each time."""
    found = _changeable(request, key)
    lines = list(queries.lines(request.actor, found))
    form = forms.Quantities(request.POST, lines=lines, packs=packs_of(request.actor, lines))
    if not form.is_valid():
        return _shown(request, key, status=422, form=form)
    if not form.given():
        return _shown(request, key, status=422, problem=_("Fill in how much of at least one line is ordered."))
    once = "once" in request.POST
    return _do(request, key, lambda: actions.save_lines(request.actor, key=key, quantities=form.given(), once=once, packs=form.chosen()), _("This time is changed. After it all is as usual again.") if once else _("Saved, from the next time on."))


@page(PLACE, "POST", audience="party")
def add_line(request: Request, key: int) -> HttpResponse:
    """Put a product on it by its number."""
    _changeable(request, key)
    form = forms.AddLine(request.POST)
    if form.is_valid():
        [asked] = meant(request.actor, [(form.cleaned_data["product"], "")])
        if len(products := asked.products) == 1:
            quantity, pack = form.cleaned_data["quantity"], asked.pack
            try:
                actions.put_on(request.actor, key=key, wishes=[lists.Wish(products[0].pk, quantity * pack.factor if pack else quantity, unit=pack.kept if pack else None)], today=timezone.localdate())
                return _to(key)
            except Refused as refused:
                form.add_error("product", wording(refused))
        else:
            form.add_error("product", _("No product of your assortment has this number.") if not products else _("Several products have this number. Use the article number."))
    return _shown(request, key, status=422, quick=form)


def _do(request: Request, key: int, deed: Callable[[], Any], said: str) -> HttpResponse:
    """Do what a button says, and show what came of it or why not."""
    try:
        deed()
    except Refused as refused:
        return _shown(request, key, status=422, problem=wording(refused))
    messages.success(request, said)
    return _to(key)


def _pressed(request: Request, key: int, needed: str) -> Any:
    """Return what a button named of what was seen. Raises Refused where it is no such thing."""
    _changeable(request, key)
    form = forms.Which(request.POST)
    if not form.is_valid() or not form.cleaned_data[needed]:
        raise Refused(errors.NOT_NOW)
    return form.cleaned_data[needed]


@page(PLACE, "POST", audience="party")
def skip(request: Request, key: int) -> HttpResponse:
    """Leave the next turn out."""
    return _do(request, key, lambda: actions.skip(request.actor, key=key, due_on=_pressed(request, key, "due_on"), today=timezone.localdate()), _("Skipped."))


@page(PLACE, "POST", audience="party")
def take_successor(request: Request, key: int) -> HttpResponse:
    """Order what came in the place of a product from now on."""
    return _do(request, key, lambda: actions.take_successor(request.actor, key=key, line=_pressed(request, key, "line"), today=timezone.localdate()), _("Replaced, from the next time on."))


@page(PLACE, "POST", audience="party")
def accept(request: Request, key: int) -> HttpResponse:
    """Say yes to what it costs now."""
    return _do(request, key, lambda: actions.accept_prices(request.actor, key=key, seen=_pressed(request, key, "seen"), now=timezone.now()), _("Thank you. It is ordered at these prices."))


@page(PLACE, "POST", audience="party")
def pause(request: Request, key: int) -> HttpResponse:
    """Order nothing until it goes on."""
    return _do(request, key, lambda: actions.pause(request.actor, key=key), _("Paused. Nothing is ordered until you let it go on."))


@page(PLACE, "POST", audience="party")
def resume(request: Request, key: int) -> HttpResponse:
    """Go on."""
    return _do(request, key, lambda: actions.resume(request.actor, key=key, today=timezone.localdate()), _("It goes on."))


@page(PLACE, "GET", "POST", audience="party")
def end(request: Request, key: int) -> HttpResponse:
    """Ask, then end it."""
    found = _changeable(request, key)
    if request.method == "POST":
        return _do(request, key, lambda: actions.end(request.actor, key=key), _("Ended. Nothing more is ordered."))
    values = {"heading": _("End the recurring order %(name)s?") % {"name": found.name}, "lead": _("Nothing more is ordered. Orders that were placed stay as they are."), "action": reverse("recurring:end", args=[key]), "label": _("End it"), "back": reverse("recurring:detail", args=[key]), "kind": "danger"}
    return render(request, "ui/confirm.html", values)


@page(permissions.MANAGE, "GET", "POST", audience="party")
def take_over(request: Request, key: int) -> HttpResponse:
    """Ask, then order a colleague's from now on as oneself."""
    found = _changeable(request, key)
    if request.method == "POST":
        return _do(request, key, lambda: actions.take_over(request.actor, key=key, today=timezone.localdate()), _("It is yours now."))
    values = {"heading": _("Take over %(name)s?") % {"name": found.name}, "lead": _("From now on it is ordered in your name, with your rights and limits, and you hear of it."), "facts": [(_("Made by"), found.user_name), (_("How often"), words.rhythm(found))], "action": reverse("recurring:take-over", args=[key]), "label": _("Take over"), "back": reverse("recurring:detail", args=[key])}
    return render(request, "ui/confirm.html", values)


def way(thing: str) -> str:
    """Return the address of the page that makes a recurring order of this."""
    return f"{reverse('recurring:new')}?{urlencode({'thing': thing})}" if thing else reverse("recurring:new")
