"""Rights over the audit log."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right

VIEW = right("audit.view", _("See who did what"))

feature("log", _("Log"), _("Who did what for their company, also our own people."), VIEW, order=90)
