"""Rights over invoices."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

VIEW = right("invoice.view", _("See invoices and payments"))
DOWNLOAD = right("invoice.download", _("Download invoices"))
BALANCE = right("balance.view", _("See what is outstanding and the credit room"))

subject(_("Invoices and payments"), "invoice", "balance", order=40)
feature("invoices", _("Invoices and balance"), _("Invoices, payments and what is outstanding."), VIEW, DOWNLOAD, BALANCE, order=50)
