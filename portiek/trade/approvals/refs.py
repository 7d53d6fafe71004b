"""How rules, budgets and cost centres are shown where only their reference is known."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.trade.approvals.permissions import BUDGETS_MANAGE
from portiek.trade.approvals.queries import budget_by_key, cost_centres, rule_by_key


def _rule(actor: Actor, key: int) -> Shown | None:
    found = rule_by_key(actor, key)
    return Shown(_("Approval rule"), "" if actor.is_staff or found.removed_at else reverse("approvals:rule", args=[key])) if found else None


def _budget(actor: Actor, key: int) -> Shown | None:
    found = budget_by_key(actor, key)
    return Shown(found.name, "" if actor.is_staff or found.removed_at else reverse("approvals:budget", args=[key])) if found else None


def _cost_centre(actor: Actor, key: int) -> Shown | None:
    found = cost_centres(actor).filter(pk=key).first() if actor.may(BUDGETS_MANAGE) else None
    return Shown(str(found), reverse("approvals:cost-centre", args=[key])) if found else None


register_ref("approvals.rule", _rule)
register_ref("approvals.budget", _budget)
register_ref("approvals.cost_centre", _cost_centre)
