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
word("approvals.rises", _("What is asked for can only become less here."))
