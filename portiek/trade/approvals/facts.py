"""What is recorded about approvals."""

from portiek.core.facts import Fact, fact


@fact("approvals.rule.made")
class RuleMade(Fact):
    """A rule was made."""

    rule_id: int


@fact("approvals.rule.changed")
class RuleChanged(Fact):
    """A rule was changed."""

    rule_id: int


@fact("approvals.rule.moved")
class RuleMoved(Fact):
    """A rule got another place in the row."""

    rule_id: int


@fact("approvals.rule.paused")
class RulePaused(Fact):
    """A rule holds no more until it is resumed."""

    rule_id: int


@fact("approvals.rule.resumed")
class RuleResumed(Fact):
    """A paused rule holds again."""

    rule_id: int


@fact("approvals.rule.removed")
class RuleRemoved(Fact):
    """A rule was removed."""

    rule_id: int


@fact("approvals.step.opened")
class StepOpened(Fact):
    """It is the turn of a step: who may decide in it is asked."""

    request_id: int
    step_id: int


@fact("approvals.step.approved")
class StepApproved(Fact):
    """Somebody approved in a step; the request goes on, or waits for others of the same step."""

    request_id: int
    step_id: int
    by: int


@fact("approvals.step.escalated")
class StepEscalated(Fact):
    """A step waited too long, or has nobody who may decide: who makes the rules may decide in it as well."""

    request_id: int
    step_id: int


@fact("approvals.budget.made")
class BudgetMade(Fact):
    """A budget was made."""

    budget_id: int


@fact("approvals.budget.changed")
class BudgetChanged(Fact):
    """A budget was changed."""

    budget_id: int


@fact("approvals.budget.removed")
class BudgetRemoved(Fact):
    """A budget was removed."""

    budget_id: int


@fact("approvals.budget.nearly_spent")
class BudgetNearlySpent(Fact):
    """Four fifths of a budget are used in its period."""

    budget_id: int


@fact("approvals.cost_centre.made")
class CostCentreMade(Fact):
    """A cost centre was made."""

    cost_centre_id: int


@fact("approvals.cost_centre.changed")
class CostCentreChanged(Fact):
    """A cost centre got another name."""

    cost_centre_id: int


@fact("approvals.cost_centre.ended")
class CostCentreEnded(Fact):
    """A cost centre can no longer be chosen."""

    cost_centre_id: int


@fact("approvals.cost_centre.resumed")
class CostCentreResumed(Fact):
    """A cost centre can be chosen again."""

    cost_centre_id: int


@fact("approvals.reference.asked")
class ReferenceAsked(Fact):
    """It was said what is asked of the reference of each order."""

    required: bool


@fact("approvals.cost_centre.asked")
class CostCentreAsked(Fact):
    """It was said whether a cost centre has to be chosen with each order."""

    required: bool
