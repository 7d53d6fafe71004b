"""Rights over people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject
from portiek.foundation.parties.permissions import PORTAL_MANAGE as PORTAL_MANAGE

USER_MANAGE = right("user.manage", _("Invite people and change their roles"), behalf=False)
ROLE_MANAGE = right("role.manage", _("Make and change roles"), behalf=False)

subject(_("People and access"), "user", "role", "apikey", "audit", order=70)
subject(_("The portal itself"), "portal", "connector", "mail", order=80)
