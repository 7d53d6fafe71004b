"""Rights over fields of the portal's own making. What is in them is filled in by who may change the object."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject

MANAGE = right("field.manage", _("Make, change and end own fields on companies, products and orders"), audience="staff")

subject(_("The portal itself"), "field", order=80)
