"""Rights over bank accounts. Nobody who acts for another person uses them."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

VIEW = right("bank.view", _("See bank account numbers in full"), behalf=False)
MANAGE = right("bank.manage", _("Ask for another bank account, and confirm what a colleague asked"), audience="party", behalf=False)
DECIDE = right("bank.decide", _("Accept bank accounts of customers and suppliers"), audience="staff", behalf=False)

subject(_("Bank accounts"), "bank", order=65)
feature("banking", _("Bank accounts"), _("See the company's bank account and ask for another one."), VIEW, MANAGE, order=75)
