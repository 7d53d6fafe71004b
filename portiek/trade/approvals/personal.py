"""What approvals keep of one person: what he decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.trade.approvals.models import Decision


def _decisions(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Decision.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("step__request").order_by("pk")
    return [{"number": row.step.request.number, "name": row.name, "at": row.at, "approved": str(_("Approved") if row.approved else _("Rejected")), "reason": row.reason} for row in rows]


part("approvals.decisions", _("What you decided about"), order=41, collect=_decisions, columns={"number": _("Number"), "name": _("By"), "at": _("When"), "approved": _("Decision"), "reason": _("Reason")})

processing("approvals.requests", _("Approvals"), order=22, purpose=_("Having colleagues approve what is ordered, by rules that the company makes itself."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); the legitimate interest of the company in knowing who decided (art. 6(1)(f))."),
           persons=_("Who asks for approval, and who decides"), term=_("As long as what it is about."), receivers=_("Nobody."),
           fields={"approvals.Request": {"asked_by": _("Asks")}, "approvals.Decision": {"user_id": _("Decides"), "name": _("Name"), "instead_of": _("Name"), "asked_by": _("Asks"), "reason": _("What was written")},
                   "approvals.RuleStep": {"people": _("Decides")}, "approvals.Step": {"people": _("Decides")}})
not_personal("a number, a key or an amount", "approvals.Rule", "approvals.Request.subject", "approvals.Request.number", "approvals.Request.period", "approvals.Step.key", "approvals.Step.reasons")

nameless("approvals.Decision", {"name": NAMELESS}, user=("user_id",))
mention("approvals.Decision", "instead_of", "reason")
