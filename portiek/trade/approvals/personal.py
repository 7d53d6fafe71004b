"""What approvals keep of one person: what he decided, and what he may order for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.trade.approvals.models import Budget, Decision


def _decisions(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Decision.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("step__request").order_by("pk")
    return [{"number": row.step.request.number, "name": row.name, "at": row.at, "approved": str(_("Approved") if row.approved else _("Rejected")), "reason": row.reason} for row in rows]


def _budgets(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Budget.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "amount", "period", "starts_on")


part("approvals.budgets", _("Budgets that are yours"), order=41, collect=_budgets, columns={"name": _("Name"), "amount": _("Amount per period"), "period": _("Per"), "starts_on": _("From")})
part("approvals.decisions", _("What you decided about"), order=41, collect=_decisions, columns={"number": _("Number"), "name": _("By"), "at": _("When"), "approved": _("Decision"), "reason": _("Reason")})

processing("approvals.requests", _("Approvals"), order=22, purpose=_("Having colleagues approve what is ordered, by rules that the company makes itself."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); the legitimate interest of the company in knowing who decided (art. 6(1)(f))."),
           persons=_("Who asks for approval, and who decides"), term=_("As long as what it is about."), receivers=_("Nobody."),
           fields={"approvals.Request": {"asked_by": _("Asks")}, "approvals.Decision": {"user_id": _("Decides"), "name": _("Name"), "instead_of": _("Name"), "asked_by": _("Asks"), "reason": _("What was written")},
                   "approvals.RuleStep": {"people": _("Decides")}, "approvals.Step": {"people": _("Decides")}, "approvals.Budget": {"user_id": _("Orders"), "name": _("What was written")}, "approvals.CostCentre": {"name": _("What was written")}, "approvals.ReferencePolicy": {"hint": _("What was written")}})
not_personal("a number, a key or an amount", "approvals.Rule", "approvals.CostPolicy", "approvals.CostCentre.code", "approvals.ReferencePolicy.shape", "approvals.Budget.cost_centre", "approvals.Budget.period", "approvals.Request.subject", "approvals.Request.number", "approvals.Request.period", "approvals.Step.key", "approvals.Step.reasons")

nameless("approvals.Decision", {"name": NAMELESS}, user=("user_id",))
mention("approvals.Decision", "instead_of", "reason")
goes("approvals.Budget", user=("user_id",))
mention("approvals.Budget", "name")
mention("approvals.CostCentre", "name")
mention("approvals.ReferencePolicy", "hint")
