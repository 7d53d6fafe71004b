"""Writes of budgets and cost centres: what the administrator of a party keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.approvals import budgeting, facts, permissions, queries
from portiek.trade.approvals.models import Budget, CostCentre, CostPolicy

BUDGET, COST = "approvals.budget", "approvals.cost_centre"
CODE = re.compile(r"[\w.\-/]{1,20}")
KEPT = ("name", "user_id", "unit_id", "cost_centre", "amount", "period", "starts_on", "carries", "hard")


@dataclass(frozen=True)
class Budgeting:
    """What somebody says of a budget. At most one of `user_id`, `unit_id` and `cost_centre`; none: the whole company."""

    name: str
    amount: Decimal
    period: str
    starts_on: date
    user_id: int | None = None
    unit_id: int | None = None
    cost_centre: str = ""
    carries: bool = False
    hard: bool = False


def _party(actor: Actor) -> Party:
    """Return the actor's party, held, so that of two one comes after the other. Raises NotFound."""
    found = Party.objects.select_for_update().filter(pk=actor.party_id or 0).first()
    if found is None:
        raise NotFound
    return found


def _checked(actor: Actor, party: Party, given: Budgeting) -> None:
    """Raises Refused for what does not fit, NotFound for a person, branch or cost centre that is not there."""
    if not given.name.strip():
        raise Refused("approvals.budget_name", field="name")
    if not given.amount.is_finite() or given.amount <= 0:
        raise Refused("approvals.budget_amount", field="amount")
    if given.starts_on.day != 1:
        raise Refused("approvals.budget_start", field="starts_on")
    if given.period not in budgeting.MONTHS or sum(map(bool, (given.user_id, given.unit_id, given.cost_centre))) > 1:
        raise Refused("approvals.budget_whose", field="whose")
    if given.user_id and not accounts.colleagues(actor, party_id=party.pk).filter(pk=given.user_id).exists():
        raise NotFound
    if given.unit_id and not Unit.objects.filter(portal_id=actor.portal_id, party_id=party.pk, pk=given.unit_id).exists():
        raise NotFound
    if given.cost_centre and given.cost_centre not in queries.centres(actor, ended=True).names:
        raise NotFound


def _values(given: Budgeting) -> dict[str, Any]:
    return {name: getattr(given, name) for name in KEPT} | {"name": given.name.strip()[:80]}


def _told(actor: Actor, happened: Fact, row: Budget | CostCentre, changes: dict[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, party_id=row.party_id, subject=ref(BUDGET if isinstance(row, Budget) else COST, row.pk), text=str(row), changes=changes)


def _said(actor: Actor, row: Budget) -> dict[str, Any]:
    """Return what a budget says, as the log keeps it."""
    whose = queries.names(actor, [row.user_id]).get(row.user_id, "") if row.user_id else Unit.objects.get(pk=row.unit_id).name if row.unit_id else row.cost_centre
    return {"budget.name": row.name, "budget.whose": whose, "budget.amount": f"{row.amount:.2f}", "budget.period": row.period, "budget.starts_on": row.starts_on.isoformat(), "budget.carries": row.carries, "budget.hard": row.hard}


def _held(actor: Actor, budget: Budget) -> Budget:
    found = Budget.objects.select_for_update().filter(pk=budget.pk, party_id=actor.party_id or 0, removed_at=None).first()
    if found is None:
        raise NotFound
    return found


@action(permissions.BUDGETS_MANAGE)
def make_budget(actor: Actor, *, given: Budgeting) -> Budget:
    """Make a budget. Raises Refused for what does not fit or one too many."""
    party = _party(actor)
    _checked(actor, party, given)
    if Budget.objects.filter(party_id=party.pk, removed_at=None).count() >= budgeting.MOST_BUDGETS:
        raise Refused("approvals.most_budgets", most=budgeting.MOST_BUDGETS)
    made = Budget.objects.create(portal_id=actor.portal_id, party_id=party.pk, **_values(given))
    _told(actor, facts.BudgetMade(budget_id=made.pk), made, {name: (None, value) for name, value in _said(actor, made).items() if value})
    return made


@action(permissions.BUDGETS_MANAGE)
def change_budget(actor: Actor, *, budget: Budget, given: Budgeting) -> Budget:
    """Change a budget: it counts from then on, for what was ordered before too. It is warned of again when it is nearly used up by what it says now."""
    party, found = _party(actor), _held(actor, budget)
    _checked(actor, party, given)
    before = _said(actor, found)
    for name, value in _values(given).items():
        setattr(found, name, value)
    if changes := {name: (before[name], value) for name, value in _said(actor, found).items() if before[name] != value}:
        found.warned_on = None
        found.save()
        _told(actor, facts.BudgetChanged(budget_id=found.pk), found, changes)
    return found


@action(permissions.BUDGETS_MANAGE)
def remove_budget(actor: Actor, *, budget: Budget) -> None:
    """Remove a budget. What waits because of it goes on waiting."""
    found = _held(actor, budget)
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    _told(actor, facts.BudgetRemoved(budget_id=found.pk), found)


@action(None)
def warn_of_budgets(actor: Actor, *, party_id: int, now: datetime) -> list[queries.Budgeted]:
    """Note which budgets of a party are nearly used up, once in each of their periods, and return them. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    near = []
    rows = Budget.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, party_id=party_id, removed_at=None).order_by("pk")
    for item in queries.metered(actor, rows, party_id=party_id, day=timezone.localdate(now)):
        if item.meter and item.meter.is_near and item.budget.warned_on != item.meter.start:
            item.budget.warned_on = item.meter.start
            item.budget.save(update_fields=["warned_on"])
            _told(actor, facts.BudgetNearlySpent(budget_id=item.budget.pk), item.budget)
            near.append(item)
    return near


@action(permissions.BUDGETS_MANAGE)
def make_cost_centre(actor: Actor, *, code: str, name: str) -> CostCentre:
    """Make a cost centre. Raises Refused for a code that cannot be or is there already."""
    party, code, name = _party(actor), code.strip(), name.strip()[:80]
    if not CODE.fullmatch(code) or not name:
        raise Refused("approvals.cost_code", field="code")
    there = CostCentre.objects.filter(party_id=party.pk)
    if there.filter(code__iexact=code).exists():
        raise Refused("approvals.cost_code_taken", field="code")
    if there.count() >= budgeting.MOST_COSTS:
        raise Refused("approvals.most_budgets", most=budgeting.MOST_COSTS)
    made = CostCentre.objects.create(portal_id=actor.portal_id, party_id=party.pk, code=code, name=name)
    _told(actor, facts.CostCentreMade(cost_centre_id=made.pk), made)
    return made


def _held_cost(actor: Actor, row: CostCentre) -> CostCentre:
    found = CostCentre.objects.select_for_update().filter(pk=row.pk, party_id=actor.party_id or 0).first()
    if found is None:
        raise NotFound
    return found


@action(permissions.BUDGETS_MANAGE)
def name_cost_centre(actor: Actor, *, cost_centre: CostCentre, name: str) -> CostCentre:
    """Give a cost centre another name; orders keep the one of then."""
    found, name = _held_cost(actor, cost_centre), name.strip()[:80]
    if not name:
        raise Refused("approvals.cost_code", field="name")
    if found.name != name:
        before, found.name = found.name, name
        found.save(update_fields=["name"])
        _told(actor, facts.CostCentreChanged(cost_centre_id=found.pk), found, {"budget.name": (before, name)})
    return found


@action(permissions.BUDGETS_MANAGE)
def end_cost_centre(actor: Actor, *, cost_centre: CostCentre, ended: bool) -> CostCentre:
    """Let a cost centre be chosen no more, or again. Doing so twice changes nothing."""
    found = _held_cost(actor, cost_centre)
    if (found.ended_at is not None) != ended:
        found.ended_at = timezone.now() if ended else None
        found.save(update_fields=["ended_at"])
        _told(actor, facts.CostCentreEnded(cost_centre_id=found.pk) if ended else facts.CostCentreResumed(cost_centre_id=found.pk), found)
    return found


@action(permissions.BUDGETS_MANAGE)
def ask_cost_centre(actor: Actor, *, required: bool) -> None:
    """Say whether a cost centre has to be chosen with each order, where there are any."""
    party = _party(actor)
    before = CostPolicy.objects.filter(portal_id=actor.portal_id, party_id=party.pk).first()
    if (before.required if before else False) != required:
        CostPolicy.objects.update_or_create(portal_id=actor.portal_id, party_id=party.pk, defaults={"required": required})
        record(actor, facts.CostCentreAsked(required=required), party_id=party.pk, changes={"budget.required": (not required, required)})
