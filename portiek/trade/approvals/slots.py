"""Where approvals stand: the menu of a party's administrator, the page of a party, the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.foundation.accounts.models import Period
from portiek.foundation.audit.words import change_words, fact_words
from portiek.foundation.parties.permissions import VIEW
from portiek.trade.approvals import permissions
from portiek.trade.approvals.shown import of_party

nav.place("approval-rules", _("Approval rules"), icon="badge-check", url="approvals:rules", right=permissions.RULES, audience="party", group="company", order=72)
nav.place("budgets", _("Budgets"), icon="gauge", url="approvals:budgets", right=permissions.BUDGETS, audience="party", group="company", order=73)
slots.fill("parties.detail.tabs", key="approvals", label=_("Approval"), right=VIEW, order=22, render=of_party)

fact_words("approvals.rule.made", _("{user} made an approval rule: {text}"), icon="badge-check")
fact_words("approvals.rule.changed", _("{user} changed an approval rule: {text}"), icon="pencil")
fact_words("approvals.rule.moved", _("{user} put an approval rule one place higher: {text}"), icon="badge-check")
fact_words("approvals.rule.paused", _("{user} paused an approval rule: {text}"), icon="circle-pause", tone="wait")
fact_words("approvals.rule.resumed", _("{user} let an approval rule hold again: {text}"), icon="badge-check")
fact_words("approvals.rule.removed", _("{user} removed an approval rule: {text}"), icon="circle-x")
fact_words("approvals.step.opened", _("The next approval of {text} was asked"), icon="badge-check", tone="wait")
fact_words("approvals.step.approved", _("{user} approved a step of {text}"), icon="badge-check", tone="ok")
fact_words("approvals.step.escalated", _("The approval of {text} waited too long: administrators may decide too"), icon="clock-alert", tone="wait")
change_words("rule", _("Rule"))
for _name, _text, _icon, _tone in (
    ("budget.made", _("{user} made a budget: {text}"), "gauge", "rest"),
    ("budget.changed", _("{user} changed a budget: {text}"), "pencil", "rest"),
    ("budget.removed", _("{user} removed a budget: {text}"), "circle-x", "rest"),
    ("budget.nearly_spent", _("The budget {text} is nearly used up"), "gauge", "wait"),
    ("cost_centre.made", _("{user} made a cost centre: {text}"), "tag", "rest"),
    ("cost_centre.changed", _("{user} gave a cost centre another name: {text}"), "pencil", "rest"),
    ("cost_centre.ended", _("{user} let a cost centre be chosen no more: {text}"), "circle-x", "rest"),
    ("cost_centre.resumed", _("{user} let a cost centre be chosen again: {text}"), "tag", "rest"),
    ("reference.asked", _("{user} said what is asked of the reference of orders"), "tag", "rest"),
    ("cost_centre.asked", _("{user} said whether a cost centre has to be chosen"), "tag", "rest"),
):
    fact_words(f"approvals.{_name}", _text, icon=_icon, tone=_tone)  # type: ignore[arg-type]
change_words("budget.name", _("Name"))
change_words("budget.whose", _("Whose budget?"))
change_words("budget.amount", _("Amount per period"))
change_words("budget.period", _("Per"), dict(Period.choices))
change_words("budget.starts_on", _("From"))
change_words("budget.carries", _("What is left of a period comes to the next one"))
change_words("budget.hard", _("Nothing above it can be ordered"))
change_words("budget.required", _("A cost centre has to be chosen with each order"))
change_words("reference.required", _("A reference has to be filled in with each order"))
change_words("reference.hint", _("What stands beside the field"))
change_words("reference.shape", _("How it looks"))
