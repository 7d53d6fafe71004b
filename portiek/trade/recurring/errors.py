"""The refusals of recurring orders, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

NAME = word("recurring.name", _("Give the recurring order a name."))
NOT_SHARED = word("recurring.not_shared", _("You may keep recurring orders of your own. Who manages those of colleagues shares them."))
NOT_PRIVATE = word("recurring.not_private", _("Only the one in whose name it is ordered keeps it to himself."))
NO_UNIT = word("recurring.no_unit", _("This branch is not there any more. Choose another one."))
MOST = word("recurring.most", _("There can be {most} recurring orders at most. End one first."))
MOST_LINES = word("recurring.most_lines", _("A recurring order holds at most {most} lines."))
NOTHING = word("recurring.nothing", _("Nothing of this can be ordered again."))
BEHALF = word("recurring.behalf", _("A recurring order is placed by its own maker. On somebody's behalf you make none."))
PAST = word("recurring.past", _("Choose a day from today on."))
AFTER_END = word("recurring.after_end", _("The next time lies after the end."))
NOT_NOW = word("recurring.not_now", _("This cannot be done any more. See how the recurring order stands now."))
CHANGED = word("recurring.changed", _("Prices or lines have changed since you looked. Look once more."))
