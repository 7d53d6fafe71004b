"""Pages of what is said of lines that were confirmed otherwise, and of questions and wishes about orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portiek.core.errors import Conflict, NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.orders import actions, forms, permissions, queries, reading, replying
from portiek.trade.orders.models import Order, Reply
from portiek.trade.orders.views.order import _diff


def _done(order: Order) -> HttpResponse:
    return HttpResponseRedirect(reverse("orders:detail", args=[order.number]))


def _own(request: Request, number: str) -> Any:
    """Return an order of one's own company whole; a mandate or the staff's sight of it gives no word in it."""
    found = queries.detail(request.actor, number)
    if found.order.party_id != request.actor.party_id:
        raise NotFound
    return found


@page(permissions.PLACE, "GET", "POST", audience="party")
def reply(request: Request, number: str) -> HttpResponse:
    """Agree, not agree or ask about the lines that were confirmed otherwise and wait."""
    found = _own(request, number)
    # What was filled in stays on the page, also of a line about which a colleague was first.
    waiting = [row for row in replying.otherwise(found.lines, queries.replies(request.actor, found.order)) if row.waits or request.POST.get(f"reply-{row.line.position}")]
    form = forms.Replies(request.POST if request.method == "POST" else None, waiting=waiting)
    if form.is_bound and form.is_valid():
        says = form.says()
        try:
            actions.reply_lines(request.actor, order=found.order, says=[actions.Say(place, kind, seen, text) for place, kind, seen, text in says], now=timezone.now())
            return _done(found.order)
        except (Refused, Conflict) as refused:
            for item in refused.parts or [refused]:
                _lines, place, name = (item.field or "//").split("/")
                form.add_error(f"{name}-{says[int(place)][0]}" if place and name in ("reply", "text") else None, wording(item))
    shown = reading.lines([row.line for row in waiting], request.portal.policy, with_tax=request.member.with_tax)
    rows = [(row, diff, *fields) for (row, *fields), diff in zip(form.rows, _diff(found.order, shown), strict=True)]
    return render(request, "orders/reply.html", {"order": found.order, "form": form, "rows": rows}, status=422 if form.is_bound else 200)


@page(permissions.VIEW, "GET", "POST", audience="party")
def ask(request: Request, number: str) -> HttpResponse:
    """Ask something about an order or one of its lines."""
    return _ask(request, number, forms.Question, actions.ask_about)


@page(permissions.CANCEL, "GET", "POST", audience="party")
def wish(request: Request, number: str) -> HttpResponse:
    """Say what has to be different of an order or one of its lines."""
    return _ask(request, number, forms.Wish, actions.ask_change)


def _ask(request: Request, number: str, of: type[forms.Question], act: Callable[..., Reply]) -> HttpResponse:
    found = _own(request, number)
    form = of(request.POST if request.method == "POST" else None, lines=found.lines)
    if form.is_bound and form.is_valid():
        try:
            act(request.actor, order=found.order, position=form.cleaned_data["position"], text=form.cleaned_data["text"], now=timezone.now())
            return _done(found.order)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    wished = of is forms.Wish
    problem = replying.why_not_wish(found.order, queries.replies(request.actor, found.order)) if wished else None
    return render(request, "orders/question.html", {"order": found.order, "form": form, "wished": wished, "problem": wording(Refused(problem)) if problem else ""}, status=422 if form.is_bound else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def answer(request: Request, number: str) -> HttpResponse:
    """Answer what the customer did not agree with, asked or wants otherwise of an order."""
    found = queries.detail(request.actor, number)
    said = queries.replies(request.actor, found.order)
    open_ones = {row.pk for row in replying.unanswered(found.order, said)}
    waiting = [row for row in said if row.pk in open_ones or request.POST.get(f"answer-{row.pk}")]
    form = forms.Answers(request.POST if request.method == "POST" else None, waiting=waiting)
    if form.is_bound and form.is_valid():
        try:
            actions.answer_replies(request.actor, order=found.order, answers={key: actions.Answer(*given) for key, given in form.answers().items()}, now=timezone.now())
            return _done(found.order)
        except Refused as refused:
            form.add_error(f"{refused.field}-{refused.values['id']}" if refused.field else None, wording(refused))
    lines = {line.position: line for line in found.lines}
    rows = [(row, lines.get(row.position or 0), *fields) for row, *fields in form.rows]
    return render(request, "orders/questions.html", {"order": found.order, "form": form, "rows": rows}, status=422 if form.is_bound else 200)
