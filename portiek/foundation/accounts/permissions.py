"""Rights over people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

USER_MANAGE = right("user.manage", _("Invite people and change their roles"))
PORTAL_MANAGE = right("portal.manage", _("Change the portal's colour, texts and settings"), audience="staff")
SSO_MANAGE = right("sso.manage", _("Let people log in with an account of elsewhere, and say how"))
