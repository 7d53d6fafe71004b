"""Rights over people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject
from portiek.foundation.parties.permissions import PORTAL_MANAGE as PORTAL_MANAGE

USER_MANAGE = right("user.manage", _("Invite people and change their roles"), behalf=False)
ROLE_MANAGE = right("role.manage", _("Make and change roles"), behalf=False)
LOOK_AS = right("user.look_as", _("Look along as somebody of a customer, reading only"), audience="staff")
ACT_FOR = right("party.act_for", _("Work on behalf of somebody of a customer"), audience="staff")
SSO_MANAGE = right("sso.manage", _("Let people log in with an account of elsewhere, and say how"), behalf=False)

subject(_("People and access"), "user", "role", "sso", "apikey", "audit", order=70)
subject(_("The portal itself"), "portal", "connector", "mail", order=80)
feature("roles", _("Own roles"), _("Make roles of their own beside those of the portal."), ROLE_MANAGE, order=80)
feature("sso", _("Log-in with their own provider"), _("Let their people log in with an account of their own company, and say how."), SSO_MANAGE, order=81)
