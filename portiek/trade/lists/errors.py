"""The refusals of order lists, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

NAME = word("lists.name", _("Give the list a name."))
TAKEN = word("lists.taken", _("There is a list with this name already."))
NOT_SHARED = word("lists.not_shared", _("You may keep lists of your own. Who manages order lists shares them with the company or a branch."))
NO_UNIT = word("lists.no_unit", _("This branch is not there any more. Choose another one."))
MOST_LISTS = word("lists.most_lists", _("There can be {most} lists at most. Remove one first."))
MOST_LINES = word("lists.most_lines", _("A list holds at most {most} lines."))
NO_SUCCESSOR = word("lists.no_successor", _("Nothing came in the place of this line. Look at the list once more."))
NOTHING = word("lists.nothing", _("Nothing of this can be put on a list."))
NOTHING_ASKED = word("lists.nothing_asked", _("Nothing is asked yet. Tick lines, fill in a quantity, or say what is on the shelf."))
