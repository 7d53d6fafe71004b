"""The sentences of what approvals refuse."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("approvals.decided", _("Somebody has decided about this already."))
word("approvals.decided_already", _("You have decided in this step already; it waits for your colleagues."))
word("approvals.own", _("You cannot decide about what you asked yourself. A colleague does."))
word("approvals.step_changed", _("Another step is under way than the one you looked at. Open it again."))
word("approvals.not_asked", _("It is not your turn to decide about this: others are asked."))
word("approvals.empty_rule", _("Say at least once when the rule holds. Above each one's own limit is asked without a rule."))
word("approvals.no_steps", _("Choose who approves in at least one step."))
word("approvals.no_people", _("Choose at least one colleague who may approve."))
word("approvals.no_role", _("Choose a role."))
word("approvals.people_gone", _("One of these people may not approve. Choose somebody else, or give him that right first."))
word("approvals.up_to", _("The amounts rise from step to step, and after a step without an amount comes no other with one smaller."))
word("approvals.most_rules", _("There can be {most} rules at most. Remove one first."))
word("approvals.unknown_cost_centre", _("This cost centre is not one of your company, or it is over. Choose another one."))
word("approvals.cost_centre_needed", _("Choose a cost centre: your company asks one for each order."))
word("approvals.reference_needed", _("Fill in your reference: your company asks one for each order."))
word("approvals.reference_wrong", _("Your company asks another reference here. Look at what stands beside the field."))
word("approvals.reference_shape", _("Use # for a figure, @ for a letter and at most one * for the rest; 40 signs at most."))
word("approvals.above_budget", _("This is above the budget {name}, of which {left} is left. Nothing was ordered."))
word("approvals.budget_name", _("Give the budget a name."))
word("approvals.budget_amount", _("Fill in an amount above zero."))
word("approvals.budget_start", _("A budget begins on the first day of a month."))
word("approvals.budget_whose", _("Say whose budget it is."))
word("approvals.most_budgets", _("There can be {most} at most. Remove one first."))
word("approvals.cost_code", _("Fill in a code of at most 20 letters, digits, dots or dashes, and a name."))
word("approvals.cost_code_taken", _("There is a cost centre with this code already. Let it be used again, or choose another code."))
word("approvals.rises", _("What is asked for can only become less here."))
