"""Rights over prices."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

VIEW = right("price.view", _("See prices"))
MANAGE = right("price.manage", _("Make agreements and assign price lists"), audience="staff")
EXPLAIN = right("price.explain", _("See what a customer pays and why"), audience="staff")
AGREEMENT_VIEW = right("agreement.view", _("See price agreements"))

subject(_("Prices and agreements"), "price", "agreement", order=20)
feature("prices", _("Prices"), _("Their prices in the catalogue and on orders, and their discounts."), VIEW, order=15)
feature("agreements", _("Price agreements"), _("The agreements with their lines and dates."), AGREEMENT_VIEW, order=16)
