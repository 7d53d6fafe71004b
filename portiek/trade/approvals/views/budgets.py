"""Pages of budgets, with what is left of each, and of cost centres."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.accounts import choosing
from portiek.foundation.parties import queries as parties
from portiek.trade.approvals import actions, budgeting, forms, permissions, queries
from portiek.trade.approvals.shown import meters
from portiek.trade.approvals.views.rules import UNITS
from portiek.ui.fields import looked_for

SIZE = 50


def _to(name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"approvals:{name}"))


def _refuse(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, wording(refused))


@page(permissions.BUDGETS, audience="party")
def list_budgets(request: Request) -> HttpResponse:
    """List the budgets that one may see, each with what is left of it."""
    actor = request.actor
    found = keyset(queries.budgets(actor), ("name", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=SIZE)
    rows = meters(queries.metered(actor, found.rows, party_id=parties.own_party(actor).pk, day=timezone.localdate()), request.portal.currency)
    links = {name: f"?{name.replace('next', 'after').replace('previous', 'before')}={key}" if key else None for name, key in (("next", found.next), ("previous", found.previous))}
    return render(request, "approvals/budgets.html", {"rows": rows, "currency": request.portal.currency, "may_manage": actor.may(permissions.BUDGETS_MANAGE), "costs": len(queries.centres(actor).names), **links})


def _form(request: Request, **more: Any) -> forms.BudgetForm:
    actor, party = request.actor, parties.own_party(request.actor)
    return forms.BudgetForm(request.POST if request.method == "POST" else None, people=choosing.people(actor, party_id=party.pk), units=list(parties.units(actor, party=party)[:UNITS]), costs=queries.centres(actor, ended=True).names, **more)


def _shown(request: Request, form: forms.BudgetForm, looked: bool, budget: Any = None) -> HttpResponse:
    here = reverse("approvals:budget", args=[budget.pk]) if budget else reverse("approvals:budget-new")
    return render(request, "approvals/budget.html", {"form": form, "budget": budget, "here": here}, status=422 if form.is_bound and not looked else 200)


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def new_budget(request: Request) -> HttpResponse:
    """Make a budget."""
    form = _form(request, initial={"starts_on": timezone.localdate().replace(day=1)})
    looked = form.is_bound and looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.make_budget(request.actor, given=form.given())
            messages.success(request, _("The budget counts from now on, with what was ordered in its period already."))
            return _to("budgets")
        except Refused as refused:
            _refuse(form, refused)
    return _shown(request, form, looked)


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def change_budget(request: Request, key: int) -> HttpResponse:
    """Change a budget."""
    budget = queries.budget(request.actor, key)
    form = _form(request, initial=forms.first_budget(budget))
    looked = form.is_bound and looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.change_budget(request.actor, budget=budget, given=form.given())
            messages.success(request, _("Saved. What waits already goes on as it was asked."))
            return _to("budgets")
        except Refused as refused:
            _refuse(form, refused)
    return _shown(request, form, looked, budget)


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def remove_budget(request: Request, key: int) -> HttpResponse:
    """Ask, then remove a budget."""
    budget = queries.budget(request.actor, key)
    if request.method == "POST":
        actions.remove_budget(request.actor, budget=budget)
        messages.success(request, _("The budget is removed. What waits because of it goes on waiting."))
        return _to("budgets")
    return render(request, "ui/confirm.html", {"heading": _("Remove the budget %(name)s?") % {"name": budget.name}, "lead": _("What is ordered from now on is no longer held against it."), "facts": [], "action": reverse("approvals:budget-remove", args=[key]),
                                               "label": _("Remove budget"), "back": reverse("approvals:budget", args=[key]), "kind": "danger", "values": {}})


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def list_cost_centres(request: Request) -> HttpResponse:
    """List the cost centres, and make one."""
    form = forms.CostForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.make_cost_centre(request.actor, **form.cleaned_data)
            return _to("cost-centres")
        except Refused as refused:
            _refuse(form, refused)
    rows = list(queries.cost_centres(request.actor).order_by("code")[: budgeting.MOST_COSTS])
    asked = forms.CostAsked(initial={"required": queries.centres(request.actor).needed})
    return render(request, "approvals/cost_centres.html", {"rows": rows, "form": form, "asked": asked}, status=422 if form.is_bound else 200)


@page(permissions.BUDGETS_MANAGE, "POST", audience="party")
def ask_cost_centre(request: Request) -> HttpResponse:
    """Say whether a cost centre has to be chosen."""
    form = forms.CostAsked(request.POST)
    if form.is_valid():
        actions.ask_cost_centre(request.actor, required=form.cleaned_data["required"])
        messages.success(request, _("Saved."))
    return _to("cost-centres")


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def name_cost_centre(request: Request, key: int) -> HttpResponse:
    """Give a cost centre another name."""
    found = queries.cost_centre(request.actor, key)
    form = forms.CostName(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if form.is_bound and form.is_valid():
        try:
            actions.name_cost_centre(request.actor, cost_centre=found, name=form.cleaned_data["name"])
            return _to("cost-centres")
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "approvals/cost_centre.html", {"form": form, "row": found}, status=422 if form.is_bound else 200)


def _ended(request: Request, key: int, *, ended: bool) -> HttpResponse:
    actions.end_cost_centre(request.actor, cost_centre=queries.cost_centre(request.actor, key), ended=ended)
    return _to("cost-centres")


@page(permissions.BUDGETS_MANAGE, "POST", audience="party")
def end_cost_centre(request: Request, key: int) -> HttpResponse:
    """Let a cost centre be chosen no more."""
    return _ended(request, key, ended=True)


@page(permissions.BUDGETS_MANAGE, "POST", audience="party")
def resume_cost_centre(request: Request, key: int) -> HttpResponse:
    """Let a cost centre be chosen again."""
    return _ended(request, key, ended=False)
