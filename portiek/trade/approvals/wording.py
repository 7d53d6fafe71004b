"""How rules and steps are said, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.spoken import spoken
from portiek.foundation.accounts.models import Period
from portiek.foundation.accounts.roles import ROLES, WORDS
from portiek.trade.approvals import rules
from portiek.trade.approvals.budgeting import Left, Meter
from portiek.trade.approvals.models import Budget, Rule, RuleStep, Step
from portiek.trade.approvals.queries import Budgeted, Plan
from portiek.ui import format


def kept(row: Rule) -> dict[str, Any]:
    """Return the conditions of a rule as a request keeps them, in values."""
    # Names in both languages, since who approves may read another one than who asked. A role that every portal has is named by its code.
    found = {"rule": row.pk, "above": str(row.above) if row.above is not None else "", "category": row.category.name if row.category else "", "category_en": row.category.name_en if row.category else "", "address": row.address,
             "unit": row.unit.name if row.unit else "", "role": row.role.name if row.role else "", "role_code": row.role.code if row.role and row.role.is_predefined and row.role.name == ROLES[row.role.code].name else "", "new_articles": row.new_articles, "agreed": row.agreed, "over_budget": row.over_budget, "cost_centre": row.cost_centre,
             "lines": row.lines, "shipping": row.shipping, "new_brands": row.new_brands}
    return {name: value for name, value in found.items() if value}


def conditions(values: Mapping[str, Any], currency: str = "EUR") -> str:
    """Return when a rule holds, of the values that `kept` gives."""
    amount, category = format.money(Decimal(values["above"]), currency) if values.get("above") else "", spoken((values.get("category", ""),), (values.get("category_en", ""),))[0]
    parts = []
    if amount:
        parts.append(_("above %(amount)s of %(category)s") % {"amount": amount, "category": category} if category else _("above %(amount)s") % {"amount": amount})
    elif category:
        parts.append(_("with something of %(category)s") % {"category": category})
    if values.get("lines"):
        parts.append(_("of %(count)s lines or more") % {"count": values["lines"]})
    if values.get("role"):
        parts.append(_("by %(role)s") % {"role": WORDS.get(values.get("role_code", ""), values["role"])})
    if values.get("unit"):
        parts.append(_("for %(unit)s") % {"unit": values["unit"]})
    if values.get("address"):
        parts.append(_("to an address for one order alone") if values["address"] == rules.ONEOFF else _("to another address than usual"))
    if values.get("shipping"):
        parts.append({rules.WHOLE: _("that come all at once"), rules.PARTS: _("of which comes first what is there"), rules.PICKUP: _("that are picked up")}[values["shipping"]])
    if values.get("new_articles"):
        parts.append(_("with articles that were never ordered before"))
    if values.get("new_brands"):
        parts.append(_("with a brand that was never ordered before"))
    if values.get("agreed"):
        parts.append(_("at prices of a quote"))
    if values.get("cost_centre"):
        parts.append(_("for cost centre %(code)s") % {"code": values["cost_centre"]})
    if values.get("over_budget"):
        parts.append(_("above a budget"))
    return " ".join(parts)


def who(step: RuleStep | Step | rules.Stage, names: Mapping[int, str], role: str = "") -> str:
    """Return whom a step asks."""
    if step.who == rules.PEOPLE:
        return _list([names.get(key, _("somebody who is gone")) for key in step.people], every=step.needs == rules.ALL)
    if step.who == rules.ROLE:
        return _("everybody with the role %(role)s") % {"role": role} if step.needs == rules.ALL else _("somebody with the role %(role)s") % {"role": role}
    if step.who == rules.UNIT:
        return _("everybody who may approve for the branch") if step.needs == rules.ALL else _("somebody who may approve for the branch")
    return _("a colleague who may approve")


def _list(names: Sequence[str], *, every: bool) -> str:
    last = _("and") if every else _("or")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def rule(row: Rule, steps: Iterable[RuleStep], names: Mapping[int, str], currency: str = "EUR") -> str:
    """Return a rule as one sentence."""
    asked = [(who(step, names, step.role.label if step.role else ""), step.up_to) for step in steps]
    words = [_("go past %(who)s")] if len(asked) == 1 else [_("go first past %(who)s"), *[_("then past %(who)s")] * (len(asked) - 1)]
    said = [word % {"who": text} + (" " + _("(enough up to %(amount)s)") % {"amount": format.money(up_to, currency)} if up_to is not None else "") for word, (text, up_to) in zip(words, asked, strict=True)]
    return _("Orders %(when)s %(route)s.") % {"when": conditions(kept(row), currency), "route": ", ".join(said)}


def reason(values: Mapping[str, Any], currency: str = "EUR") -> str:
    """Return why a step is asked: of a rule, or of the limit of who orders."""
    if "limit" in values:
        amount = format.money(Decimal(values["limit"]), currency)
        return _("above the limit of %(limit)s") % {"limit": f"{amount} {Period(values['period']).label}" if values.get("period") else amount}
    if "budget" in values:
        return _("above the budget %(name)s, of which %(left)s is left") % {"name": values["budget"], "left": format.money(max(Decimal(values["left"]), Decimal(0)), currency)}
    return conditions(values, currency)


def why(plan: Plan, item: rules.Planned) -> list[dict[str, Any]]:
    """Return why a step of a route is asked, in values: by rules, by the limit of who orders, by budgets."""
    budgets = {-budget.key: {"budget": budget.name, "left": str(budget.left)} for budget in plan.case.over}
    return [budgets[key] if key in budgets else kept(plan.by_key[key]) if key else {"limit": str(plan.case.limit), "period": plan.case.period} for key in item.rules]


def budget(found: Left, currency: str = "EUR") -> str:
    """Return what is left of a budget, as the cart says it."""
    values = {"name": found.name, "left": format.money(max(found.left, Decimal(0)), currency), "room": f"{format.money(found.room, currency)} {Period(found.period).label}"}
    return _("Budget %(name)s: %(left)s left of %(room)s.") % values


def stopped(found: Left, currency: str = "EUR") -> str:
    """Return why something cannot be ordered because of a budget."""
    return _("This is above the budget %(name)s, of which %(left)s is left. It cannot be ordered: take something out, choose another cost centre, or ask who keeps the budgets.") % {"name": found.name, "left": format.money(max(found.left, Decimal(0)), currency)}


def reasons(found: Iterable[Mapping[str, Any]], currency: str = "EUR") -> str:
    """Return why a step is asked, all of it."""
    return "; ".join(reason(values, currency) for values in found)


def lasting(taken: timedelta) -> str:
    """Return a time as people say it."""
    hours = max(round(taken.total_seconds() / 3600), 1)
    return ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours} if hours < 36 else ngettext("%(num)s day", "%(num)s days", round(hours / 24)) % {"num": round(hours / 24)}


def whose(found: Budgeted) -> str:
    """Return whose a budget is."""
    row = found.budget
    return found.person or (row.unit.name if row.unit else "") or (_("cost centre %(code)s") % {"code": row.cost_centre} if row.cost_centre else _("somebody who is gone") if row.user_id else _("the whole company"))


def terms(row: Budget, currency: str = "EUR") -> str:
    """Return how much a budget is, per what, and what happens above it."""
    parts = [f"{format.money(row.amount, currency)} {Period(row.period).label}", _("what is left comes to the next period") if row.carries else "", _("above it nothing can be ordered") if row.hard else _("above it a colleague approves")]
    return ", ".join(part for part in parts if part)


def standing(found: Budgeted) -> tuple[str, str]:
    """Return how a budget stands: a colour and a word."""
    if found.meter is None:
        return "rest", _("Begins %(day)s") % {"day": format.day(found.budget.starts_on)}
    if found.meter.left < 0:
        return "stop", _("Above the budget")
    return ("wait", _("Nearly used up")) if found.meter.is_near else ("ok", _("On course"))


def gauge(meter: Meter, currency: str = "EUR") -> str:
    """Return what a meter says: used of how much, and until when."""
    values = {"used": format.money(meter.used, currency), "room": format.money(meter.room, currency), "end": format.day(meter.end)}
    return _("%(used)s of %(room)s used, until and including %(end)s") % values
