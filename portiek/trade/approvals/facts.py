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
