"""Where approvals stand: the menu of a party's administrator, the page of a party, the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.foundation.audit.words import change_words, fact_words
from portiek.foundation.parties.permissions import VIEW
from portiek.trade.approvals import permissions
from portiek.trade.approvals.shown import of_party

nav.place("approval-rules", _("Approval rules"), icon="badge-check", url="approvals:rules", right=permissions.RULES, audience="party", group="company", order=72)
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
