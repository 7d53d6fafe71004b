"""How rules and steps are said, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.foundation.accounts.models import Period
from portiek.trade.approvals import rules
from portiek.trade.approvals.models import Rule, RuleStep, Step
from portiek.ui import format


def kept(row: Rule) -> dict[str, Any]:
    """Return the conditions of a rule as a request keeps them, in values."""
    found = {"rule": row.pk, "above": str(row.above) if row.above is not None else "", "category": row.category.label if row.category else "", "address": row.address,
             "unit": row.unit.name if row.unit else "", "role": row.role.label if row.role else "", "new_articles": row.new_articles}
    return {name: value for name, value in found.items() if value}


def conditions(values: Mapping[str, Any], currency: str = "EUR") -> str:
    """Return when a rule holds, of the values that `kept` gives."""
    amount, category = format.money(Decimal(values["above"]), currency) if values.get("above") else "", values.get("category", "")
    parts = []
    if amount:
        parts.append(_("above %(amount)s of %(category)s") % {"amount": amount, "category": category} if category else _("above %(amount)s") % {"amount": amount})
    elif category:
        parts.append(_("with something of %(category)s") % {"category": category})
    if values.get("role"):
        parts.append(_("by %(role)s") % {"role": values["role"]})
    if values.get("unit"):
        parts.append(_("for %(unit)s") % {"unit": values["unit"]})
    if values.get("address"):
        parts.append(_("to an address for one order alone") if values["address"] == rules.ONEOFF else _("to another address than usual"))
    if values.get("new_articles"):
        parts.append(_("with articles that were never ordered before"))
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
    return conditions(values, currency)


def reasons(found: Iterable[Mapping[str, Any]], currency: str = "EUR") -> str:
    """Return why a step is asked, all of it."""
    return "; ".join(reason(values, currency) for values in found)


def lasting(taken: timedelta) -> str:
    """Return a time as people say it."""
    hours = max(round(taken.total_seconds() / 3600), 1)
    return ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours} if hours < 36 else ngettext("%(num)s day", "%(num)s days", round(hours / 24)) % {"num": round(hours / 24)}
