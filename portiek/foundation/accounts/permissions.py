"""Rights over people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right
from portiek.foundation.parties.permissions import PORTAL_MANAGE as PORTAL_MANAGE

USER_MANAGE = right("user.manage", _("Invite people and change their roles"))
