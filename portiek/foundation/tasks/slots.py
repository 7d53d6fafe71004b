"""The place of tasks in the menu."""

from django.utils.translation import gettext_lazy as _

from portiek.core import nav
from portiek.foundation.tasks import queries

nav.place("tasks", _("Waiting for you"), icon="list-checks", url="tasks:list", right=None, order=15, count=queries.counting)
