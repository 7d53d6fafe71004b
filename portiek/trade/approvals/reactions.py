"""What follows from a rule or from people who come and go: a rule without a possible approver is said to who makes the rules; a budget that is nearly used up to who keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.core.refs import ref
from portiek.foundation.accounts import facts as accounts
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.actions import Asked, ask_many, settle_many
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.approvals import facts, permissions, queries, wording
from portiek.trade.approvals.actions import REF
from portiek.ui import format


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("approvals:rule", args=[subject.rpartition(":")[2]])


topic("approvals", _("Approvals"), 11)
STUCK = task_kind("approvals.rule_stuck", title=_("An approval rule has no possible approver"), detail=_("{rule} In step {step} nobody who is asked may approve."), action=_("Change the rule"), icon="badge-check", url=_url, tone="stop", mail="now",
                  label=_("Nobody can approve by one of your rules"), several=_("{count} approval rules have no possible approver"), right=permissions.RULES)  # fmt: skip


@reacts_to(facts.RuleMade, facts.RuleChanged, facts.RuleResumed, facts.RulePaused, facts.RuleRemoved, accounts.MembershipGranted, accounts.MembershipChanged, accounts.MembershipEnded)
def warn_of_stuck_rules(actor: Actor, fact: Any, about: About) -> None:
    """Say which rules of a party have nobody who can decide, and settle what is mended."""
    if about.party_id is not None:
        _warn(actor, about.party_id, {about.subject} if isinstance(fact, facts.RuleRemoved) else set())


@reacts_to(accounts.RoleChanged, accounts.RoleRemoved, accounts.CeilingChanged)
def warn_where_a_right_went(actor: Actor, fact: Any, about: About) -> None:
    """Do so when a role changes, or what parties can have at all: for the one party that it is about, or for all that have rules."""
    for party_id in [about.party_id] if about.party_id else queries.parties_with_rules(actor):
        _warn(actor, party_id, set())


def _warn(actor: Actor, party_id: int, gone: set[str]) -> None:
    found = queries.listed(actor, party_id=party_id)
    stuck = [item for item in found.listed if item.stuck and item.rule.paused_at is None]
    fine = {ref(REF, item.rule.pk) for item in found.listed} - {ref(REF, item.rule.pk) for item in stuck} | gone
    settle_many(actor, kind=STUCK, subjects=sorted(fine))
    ask_many(actor, kind=STUCK, asked=[Asked(ref(REF, item.rule.pk), party_id, permissions.RULES, values={"rule": wording.rule(item.rule, item.steps, found.people), "step": item.stuck[0].position}) for item in stuck])


def _budgets(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("approvals:budgets")


NEAR = message_kind("approvals.budget_near", title=_("The budget {name} is nearly used up"), body=_("{used} of {room} is used, until and including {end}. It counts what waits for approval as well."), url=_budgets, action=_("Look at the budgets"), icon="gauge",
                    label=_("A budget of your company is nearly used up"), several=_("{count} budgets are nearly used up"), right=permissions.BUDGETS_MANAGE, mail="now")  # fmt: skip


@reacts_to(facts.BudgetNearlySpent)
def tell_who_keeps_budgets(actor: Actor, fact: facts.BudgetNearlySpent, about: About) -> None:
    """Say that a budget is nearly used up."""
    row = queries.budget_by_key(actor, fact.budget_id)
    for item in queries.metered(actor, [row] if row else [], party_id=about.party_id or 0, day=timezone.localdate()):
        if item.meter is not None:
            values = {"name": item.budget.name, "used": format.money(item.meter.used), "room": format.money(item.meter.room), "end": format.day(item.meter.end)}
            notify(actor, kind=NEAR, subject=about.subject, party_id=about.party_id, right=permissions.BUDGETS_MANAGE, values=values, event=f"fact:{about.fact_id}")
