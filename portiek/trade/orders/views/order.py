"""Pages of orders: the list, one order, decisions about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core import slots
from portiek.core.errors import Conflict, NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.wording import narrowings
from portiek.foundation.parties import queries as parties
from portiek.trade.approvals import queries as approvals
from portiek.trade.approvals.shown import route as shown_route
from portiek.trade.orders import actions, document, forms, permissions, queries, reading, replying, rules
from portiek.trade.orders import wording as words
from portiek.trade.orders.fields import ORDER as FIELDS
from portiek.trade.orders.models import LineChange, Order, Reply
from portiek.trade.orders.views.cart import _said
from portiek.ui import format

ORDER = ("-placed_at", "-id")
# How a list is narrowed, in its address.
KEPT = ("q", "state", "mine", "party", "care", "own")
# As many as a page of the list can hold after it was asked for more.
MANY = 200


def _chips(request: Request, state: str, kept: dict[str, str]) -> list[tuple[str, str, bool, None]]:
    named = [
        ("", _("All")),
        ("running", _("Under way")),
        ("approval", _("To approve")),
        ("changed", _("Changed")),
        ("done", _("Completed")),
        ("stopped", _("Stopped")),
    ]
    if request.actor.may(permissions.MANAGE):
        named.append(("trouble", _("Not passed on")))
    return [(str(label), "?" + urlencode(kept | ({"state": code} if code else {})), code == state, None) for code, label in named]


def _listed(request: Request, found: Any, template: str, **more: Any) -> HttpResponse:
    at = keyset(found.listed(), ORDER, after=request.GET.get("after"), before=request.GET.get("before"))
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    links = {
        "next": "?" + urlencode({**kept, "after": at.next}) if at.next else None,
        "previous": "?" + urlencode({**kept, "before": at.previous}) if at.previous else None,
    }
    if "seen" in more:
        more["seen"] = more["seen"]([order.id for order in at.rows])
    context = {
        "orders": at.rows,
        "statuses": {order.id: words.status(order) for order in at.rows},
        "rules": rules,
        "staff": request.actor.is_staff,
        "with_tax": request.member.with_tax,
        **links,
        **more,
    }
    return render(request, template + ("#rows" if request.htmx and request.headers.get("HX-Request-Type") == "partial" else ""), context)


@dataclass(frozen=True)
class Found:
    """The orders that the address of a list asks, and how it narrowed them."""

    orders: Any
    search: str
    state: str
    mine: bool
    care: bool
    party: Any
    narrowed: Any
    at_most: int | None


def found_orders(request: Request) -> Found:
    """Return the orders as the address narrows them."""
    search, state, mine = request.GET.get("q", "")[:100].replace("\0", ""), request.GET.get("state", ""), request.GET.get("mine") == "1"
    care = request.actor.is_staff and request.GET.get("care") == "1"
    number = request.GET.get("party", "")[:20].replace("\0", "")
    party = parties.party(request.actor, number) if number else None
    found = queries.orders(request.actor, state=state, mine=mine, party_id=party.pk if party else None, care=care)
    narrowed = fields.narrowing(request.actor, FIELDS, request.GET.get("own", "")[:200])
    if narrowed.among is not None:
        found = found.filter(pk__in=narrowed.among)
    hits = queries.hits(request.actor, search) if search.strip() else None
    if hits is not None:
        found = found.filter(pk__in=hits)
    at_most = queries.SEARCHED if hits is not None and len(hits) >= queries.SEARCHED else None
    return Found(found, search, state, mine, care, party, narrowed, at_most)


@page(permissions.VIEW)
def list_orders(request: Request) -> HttpResponse:
    """List orders, newest first, with search and states; for staff those of one party when it is named."""
    at = found_orders(request)
    chips = _chips(request, at.state, {name: value for name, value in (("q", at.search), ("party", at.party.number if at.party else ""), ("care", "1" if at.care else ""), ("own", at.narrowed.chosen)) if value})
    export = urlencode([(name, request.GET[name]) for name in KEPT if request.GET.get(name) and (name != "own" or at.narrowed.chosen)])
    return _listed(request, at.orders, "orders/list.html", search=at.search, state=at.state, mine=at.mine, care=at.care, party=at.party, at_most=at.at_most, chips=chips, may_manage=request.actor.may(permissions.MANAGE), narrowed=at.narrowed, narrowings=narrowings(at.narrowed), export=f"?{export}" if export else "")


@page(permissions.APPROVE, audience="party")
def list_to_approve(request: Request) -> HttpResponse:
    """List what waits for this person's decision."""
    return _listed(request, queries.to_approve(request.actor), "orders/to_approve.html", seen=partial(queries.asked_as, request.actor))


@page(permissions.APPROVE, "POST", audience="party")
def approve_many(request: Request) -> HttpResponse:
    """Approve the orders that were ticked, each as it was seen; what could not be approved is named with the reason."""
    done = 0
    for picked in request.POST.getlist("pick")[:MANY]:
        number, _sign, rest = picked.partition(":")
        seen, _sign, step = rest.partition(":")
        order = queries.order(request.actor, number)
        try:
            actions.approve_order(request.actor, order=order, seen=seen, step=int(step) if step.isascii() and step.isdigit() and len(step) < 3 else 0, now=timezone.now())
            done += 1
        except (Refused, Conflict) as refused:
            messages.warning(request, f"{order.number}: {wording(refused)}")
    if done:
        messages.success(request, ngettext("%(num)s order is approved.", "%(num)s orders are approved.", done) % {"num": done})
    return HttpResponseRedirect(reverse("orders:to_approve"))


@page(permissions.VIEW)
def show_order(request: Request, number: str) -> HttpResponse:
    """Show one order to the party and to staff."""
    return _detail(request, number)


def _detail(request: Request, number: str, *, said: list[Any] | None = None, status: int = 200, decide: Any = None) -> HttpResponse:
    actor = request.actor
    found = queries.detail(actor, number)
    order, approval = found.order, found.approval
    lines, charges = (reading.lines(some, request.portal.policy, with_tax=request.member.with_tax) for some in (found.goods, found.charges))
    current = approval.current if approval is not None and order.status == Order.Status.PENDING_APPROVAL else None
    waits = current is not None
    seats = approvals.seats(actor, approval.request, current) if approval is not None and current is not None else approvals.Seats(False)
    may_decide = seats.may and current is not None and all(row.user_id != actor.user_id for row in current.decisions)
    problem = rules.why_not_cancel(order.status, order.sync, order.delivery)
    may_manage = actor.may(permissions.MANAGE)
    no_change = rules.why_not_change(order.status, order.changeable_until, order.agreed, timezone.now())
    said_of = queries.replies(actor, order)
    events = [
        SimpleNamespace(text=words.event(event.name, event.payload), at=event.at, note=_by(event), kind=words.LOOKS[event.name][1], icon=words.LOOKS[event.name][0])
        for event in queries.history(actor, order)
        if event.name in words.EVENTS
    ]
    return render(
        request,
        "orders/detail.html",
        {
            "order": order,
            "lines": lines,
            "charges": words.charges(((line.name, line.tax_rate, words.due(line)) for line in charges), order.currency),
            "goods": order.net - sum(words.due(line) for line in found.charges),
            "with_tax": request.member.with_tax,
            "approval": approval,
            "words": words,
            "rules": rules,
            "status": words.status(order),
            "current": current,
            "route": shown_route(actor, approval, order.currency) if approval is not None else [],
            "steps": words.steps(order),
            "events": events,
            "shipments": queries.shipments(actor, order),
            "staff": actor.is_staff,
            "changed": _diff(order, [*lines, *charges]),
            "waiting": _waiting(found, said_of),
            "lowered": _lowered(order, queries.line_changes(actor, order)),
            "messages": said or [],
            "may_decide": may_decide,
            "approving_for": seats.instead_of,
            "may_withdraw": waits and approval is not None and approval.request.asked_by == actor.user_id and not actor.is_staff,
            "decide": decide or forms.Decide(),
            "may_cancel": actor.may(permissions.CANCEL) and problem != "orders.ended" and not waits and order.cancel_asked_at is None,
            "asks": problem == "orders.ask_to_cancel" and not may_manage,
            "changeable": no_change in (None, "orders.change_agreed"),
            "may_change": no_change is None and not actor.is_staff and actor.may(permissions.CANCEL) and actor.may(permissions.CART),
            "may_release": not actor.is_staff and actor.may(permissions.PLACE),
            "wish": replying.wish_of(order, said_of),
            "may_wish": not actor.is_staff and actor.may(permissions.CANCEL) and replying.why_not_wish(order, said_of) is None,
            "may_manage": may_manage,
            "may_hold": may_manage and order.status not in (*rules.ENDED, "on_hold", "pending_approval"),
            "may_resume": may_manage and order.status == "on_hold",
            "may_keep": may_manage and order.cancel_asked_at is not None and order.status not in rules.ENDED,
            "may_reply": actor.may(permissions.PLACE) and not actor.is_staff,
            "may_reorder": actor.may(permissions.CART) and not actor.is_staff,
            "sides": slots.rendered("orders.detail.side", request, order=order),
            "sections": slots.rendered("orders.detail.sections", request, order=order),
            "questions": slots.rendered("orders.detail.actions", request, order=order),
        },
        status=status,
    )


def _by(event: queries.Event) -> str:
    if event.kind == "system" or not event.by:
        return ""
    return _("%(name)s, on your behalf") % {"name": event.by} if event.kind == "staff" else event.by


def _diff(order: Order, lines: list[Any]) -> list[SimpleNamespace]:
    """Return the lines that were confirmed otherwise than they were ordered, as the line diff shows them."""
    found = []
    for line in lines:
        if line.answer not in ("1", "3", "7"):
            continue
        changes = []
        if line.answer != "1" and line.confirmed_quantity is not None and line.confirmed_quantity != line.quantity:
            changes.append((_("Quantity"), format.quantity(line.quantity, line.unit), format.quantity(line.confirmed_quantity, line.unit)))
        if line.answer == "3" and line.confirmed_price is not None and line.confirmed_price != line.price:
            changes.append((_("Price"), format.money(line.price, order.currency), format.money(line.confirmed_price, order.currency)))
        if line.confirmed_sku:
            changes.append((_("Article"), line.sku, f"{line.confirmed_sku} {line.confirmed_name}".strip()))
        wanted = line.wanted_date or order.wanted_date
        if line.confirmed_on and wanted and line.confirmed_on > wanted:
            changes.append((_("Date"), format.day(wanted), format.day(line.confirmed_on)))
        amount = line.confirmed_amount if line.confirmed_amount is not None else line.amount
        found.append(
            SimpleNamespace(
                name=line.name,
                note=line.sku,
                amount=format.money(amount, order.currency),
                kind={"1": "added", "3": "changed", "7": "removed"}[line.answer],
                changes=changes,
            )
        )
    return found


def _waiting(found: queries.Detail, said: list[Reply]) -> int:
    """Count the lines that wait for the word of the party."""
    return sum(row.waits for row in replying.otherwise(found.lines, said)) if found.order.status not in rules.ENDED else 0


def _lowered(order: Order, changes: list[LineChange]) -> list[SimpleNamespace]:
    """Return what approvers took off, as the line diff shows it."""
    return [
        SimpleNamespace(
            name=row.name,
            note=f"{row.by_name}: {row.reason}",
            amount=format.money(row.amount_after, order.currency),
            kind="changed" if row.quantity_after else "removed",
            changes=[(_("Quantity"), format.quantity(row.quantity, row.unit), format.quantity(row.quantity_after, row.unit)), *([(_("Price"), format.money(row.price, order.currency), format.money(row.price_after, order.currency))] if row.price_after != row.price and row.quantity_after else [])],
        )
        for row in changes
    ]


def _done(order: Order) -> HttpResponse:
    return HttpResponseRedirect(reverse("orders:detail", args=[order.number]))


@page(permissions.APPROVE, "POST", audience="party")
def approve(request: Request, number: str) -> HttpResponse:
    """Approve an order as it was seen."""
    order, form = queries.order(request.actor, number), forms.Decide(request.POST)
    form.is_valid()
    try:
        return _done(actions.approve_order(request.actor, order=order, seen=form.cleaned_data.get("seen", ""), step=form.cleaned_data.get("step"), now=timezone.now()))
    except Refused as refused:
        return _detail(request, number, said=[_said(wording(refused), "error")], status=409)


@page(permissions.APPROVE, "POST", audience="party")
def reject(request: Request, number: str) -> HttpResponse:
    """Reject an order, with a reason."""
    order, form = queries.order(request.actor, number), forms.Decide(request.POST)
    form.is_valid()
    try:
        return _done(
            actions.reject_order(
                request.actor, order=order, seen=form.cleaned_data.get("seen", ""), step=form.cleaned_data.get("step"), reason=form.cleaned_data.get("reason", ""), now=timezone.now()
            )
        )
    except Refused as refused:
        form.add_error("reason" if refused.field == "reason" else None, wording(refused))
        return _detail(request, number, said=[] if refused.field else [_said(wording(refused), "error")], status=422, decide=form)


@page(permissions.APPROVE, "GET", "POST", audience="party")
def lower(request: Request, number: str) -> HttpResponse:
    """Strike or lower lines of an order before deciding about it."""
    found = queries.detail(request.actor, number)
    current = found.approval.current if found.approval else None
    if found.approval is None or current is None or not approvals.seats(request.actor, found.approval.request, current).may:
        raise NotFound
    form = forms.Lowering(request.POST if request.method == "POST" else None, lines=[line for line in found.goods if line.free_of is None], initial={"seen": found.order.content_hash, "step": current.step.position})
    if form.is_bound and form.is_valid():
        try:
            lines = {position: actions.Lower(quantity, reason) for position, (quantity, reason) in form.lower().items()}
            return _done(actions.lower_order(request.actor, order=found.order, seen=form.cleaned_data["seen"], step=form.cleaned_data["step"], lines=lines, now=timezone.now()))
        except (Refused, Conflict) as refused:
            for item in getattr(refused, "parts", None) or [refused]:
                form.add_error(item.field if item.field in form.fields else None, wording(item))
    return render(request, "orders/lower.html", {"order": found.order, "form": form}, status=422 if form.is_bound else 200)


@page(permissions.VIEW, "POST", audience="party")
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take back one's own order that waits for approval."""
    order = queries.order(request.actor, number)
    try:
        return _done(actions.withdraw_order(request.actor, order=order, now=timezone.now()))
    except Refused as refused:
        return _detail(request, number, said=[_said(wording(refused), "error")], status=409)


@page(permissions.CANCEL, "GET", "POST")
def cancel(request: Request, number: str) -> HttpResponse:
    """Ask why, then cancel or ask to cancel."""
    order = queries.order(request.actor, number)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    asks = rules.why_not_cancel(order.status, order.sync, order.delivery) == "orders.ask_to_cancel" and not request.actor.may(permissions.MANAGE)
    if form.is_bound and form.is_valid():
        try:
            return _done(actions.cancel_order(request.actor, order=order, reason=form.cleaned_data["reason"], now=timezone.now()))
        except Refused as refused:
            return _detail(request, number, said=[_said(wording(refused), "error")], status=409)
    label = _("Ask to cancel") if asks else _("Cancel order")
    lead = _("This order is already with us. We look whether it can still be stopped and tell you.") if asks else _("The order is not carried out.")
    return _ask(request, order, form, heading=_("Cancel order %(number)s?") % {"number": order.number}, lead=lead, label=label, kind="danger")


@page(permissions.CANCEL, "GET", "POST", audience="party")
def take_back(request: Request, number: str) -> HttpResponse:
    """Say what changing an order means, then take it back into a cart."""
    order = queries.order(request.actor, number)
    if request.method != "POST":
        problem = rules.why_not_change(order.status, order.changeable_until, order.agreed, timezone.now())
        return render(request, "orders/change.html", {"order": order, "problem": wording(Refused(problem)) if problem else ""})
    try:
        actions.take_back_order(request.actor, order=order, now=timezone.now())
    except Refused as refused:
        return _detail(request, number, said=[_said(wording(refused), "error")], status=409)
    messages.warning(request, _("Order %(number)s is taken back. It is not carried out until you order this cart.") % {"number": order.number})
    return HttpResponseRedirect(reverse("orders:cart"))


@page(permissions.PLACE, "POST", audience="party")
def release(request: Request, number: str) -> HttpResponse:
    """Pass an order on at once."""
    try:
        return _done(actions.release_order(request.actor, order=queries.order(request.actor, number), now=timezone.now()))
    except Refused as refused:
        return _detail(request, number, said=[_said(wording(refused), "error")], status=409)


def _ask(request: Request, order: Order, form: Any, **about: Any) -> HttpResponse:
    return render(request, "orders/ask.html", {"order": order, "form": form, **about}, status=422 if form.is_bound else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def hold(request: Request, number: str) -> HttpResponse:
    """Ask why, then put an order on hold."""
    order = queries.order(request.actor, number)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _done(actions.hold_order(request.actor, order=order, reason=form.cleaned_data["reason"]))
        except Refused as refused:
            form.add_error("reason", wording(refused))
    return _ask(
        request,
        order,
        form,
        heading=_("Put order %(number)s on hold?") % {"number": order.number},
        lead=_("The party reads the reason."),
        label=_("Hold the order"),
        kind="primary",
    )


@page(permissions.MANAGE, "POST", audience="staff")
def resume(request: Request, number: str) -> HttpResponse:
    """Let an order go on."""
    return _done(actions.resume_order(request.actor, order=queries.order(request.actor, number)))


@page(permissions.MANAGE, "POST", audience="staff")
def keep(request: Request, number: str) -> HttpResponse:
    """Answer that an order goes on."""
    return _done(actions.keep_order(request.actor, order=queries.order(request.actor, number)))


@page(permissions.CART, "POST", audience="party")
def reorder(request: Request, number: str) -> HttpResponse:
    """Show what changed about the lines of an order; nothing is in the cart before that is confirmed."""
    made = actions.order_again(request.actor, order=queries.order(request.actor, number))
    return HttpResponseRedirect(reverse("orders:draft", args=[made.key]))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def set_lookback(request: Request) -> HttpResponse:
    """Choose for how long one is asked whether something is ordered twice."""
    form = forms.Lookback(request.POST if request.method == "POST" else None, initial={"days": queries.lookback(request.actor)})
    if form.is_bound and form.is_valid():
        actions.set_lookback(request.actor, days=form.cleaned_data["days"])
        return HttpResponseRedirect(reverse("orders:list"))
    return render(request, "orders/lookback.html", {"form": form}, status=422 if form.is_bound else 200)


@page(permissions.VIEW)
def order_pdf(request: Request, number: str) -> HttpResponse:
    """Download the order as a document in the reader's language."""
    found = queries.detail(request.actor, number)
    own = fields.filled(request.actor, FIELDS, [found.order.pk]).get(found.order.pk, [])
    response = HttpResponse(document.order_document(found, request.portal, with_tax=request.member.with_tax, own=own), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.file_name(found.order.number)}"'
    return response
