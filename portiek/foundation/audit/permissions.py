"""Rights over the audit log."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("audit.view", _("See who did what"))
