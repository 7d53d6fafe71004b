"""Rights over people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject

USER_MANAGE = right("user.manage", _("Invite people and change their roles"), behalf=False)
ROLE_MANAGE = right("role.manage", _("Make and change roles"), behalf=False)
LOOK_AS = right("user.look_as", _("Look along as somebody of a customer, reading only"), audience="staff")
ACT_FOR = right("party.act_for", _("Work on behalf of somebody of a customer"), audience="staff")
PORTAL_MANAGE = right("portal.manage", _("Change the portal's colour, texts and settings"), audience="staff")

subject(_("People and access"), "user", "role", "apikey", "audit", order=70)
subject(_("The portal itself"), "portal", "connector", "mail", order=80)
