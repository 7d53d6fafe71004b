"""Rules and budgets are of the company that made them; what waits for approval, or was decided, goes along with what it is about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves, stays

stays("approvals.Rule", label=_("Approval rules"), ground=_("Those of the company that stays hold, since they name its own people and branches."))
stays("approvals.RuleStep", ground=_("Of its rule."))
stays("approvals.Budget", label=_("Budgets"), ground=_("Those of the company that stays hold, since they name its own people and branches."))
stays("approvals.CostCentre", label=_("Cost centres"), ground=_("Orders keep theirs; those of the company that stays are chosen from now on."))
stays("approvals.CostPolicy", ground=_("What the company that stays asks holds."))
stays("approvals.ReferencePolicy", ground=_("What the company that stays asks holds."))
moves("approvals.Step", hangs_on="request", order=50)
moves("approvals.Decision", hangs_on="step", order=60)
