"""Rights over the connection with the ERP."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("connector.view", _("See how the connection with the ERP does"), audience="staff")
MANAGE = right("connector.manage", _("Set up, pause and repair the connection with the ERP"), audience="staff")
