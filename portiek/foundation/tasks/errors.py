"""The words of what tasks refuse."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

DONE = word("tasks-done", _("This is done already."))
TURN = word("tasks-turn", _("The other side has the turn."))
WHO = word("tasks-who", _("This colleague cannot do this: choose one of the list."))
OWN = word("tasks-own", _("This ends by itself once its work is done: follow the link of the task."))
TEXT = word("tasks-text", _("Say in a few words what it is about."))
