"""Rights over requests for an account."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject
from portiek.foundation.parties.permissions import PORTAL_MANAGE

DECIDE = right("application.decide", _("Decide about requests for an account"), audience="staff")

subject(_("Companies and addresses"), "application", order=60)

__all__ = ["DECIDE", "PORTAL_MANAGE"]
