"""Rights over differences with the ERP."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("parity.view", _("See where the portal and the ERP differ by a cent or more"), audience="staff")
MANAGE = right("parity.manage", _("Say of a difference with the ERP that it is known"), audience="staff")
