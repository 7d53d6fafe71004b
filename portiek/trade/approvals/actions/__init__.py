"""Every write of approvals: rules, requests from the first step to the last decision, budgets and cost centres."""

from portiek.trade.approvals.actions.budgets import (
    Budgeting,
    ask_cost_centre,
    change_budget,
    end_cost_centre,
    make_budget,
    make_cost_centre,
    name_cost_centre,
    remove_budget,
    warn_of_budgets,
)
from portiek.trade.approvals.actions.deciding import (
    REF,
    bind_anew,
    change_rule,
    check_turn,
    close_request,
    decide,
    escalate_due,
    make_rule,
    open_request,
    pause_rule,
    raise_rule,
    remove_rule,
)
from portiek.trade.approvals.actions.reference import ask_reference, ask_reference_of

__all__ = [
    "REF", "Budgeting", "ask_cost_centre", "ask_reference", "ask_reference_of", "bind_anew", "change_budget", "change_rule", "check_turn", "close_request", "decide", "end_cost_centre", "escalate_due", "make_budget", "make_cost_centre", "make_rule", "name_cost_centre", "open_request",
    "pause_rule", "raise_rule", "remove_budget", "remove_rule", "warn_of_budgets",
]  # fmt: skip
