"""Rights over approvals."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject

# The code is older than this module; its holders keep it.
APPROVE = right("order.approve", _("Approve orders of colleagues"), audience="party", behalf=False)
RULES = right("rule.manage", _("Make the rules by which orders are approved"), audience="party", behalf=False)
BUDGETS = right("budget.view", _("See budgets and what is left of them"), scoped=True, audience="party")
BUDGETS_MANAGE = right("budget.manage", _("Keep budgets and cost centres"), audience="party", behalf=False)

subject(_("Approval"), "rule", "budget", order=31)
