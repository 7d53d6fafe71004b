"""Rights over the catalogue."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

VIEW = right("catalog.view", _("See the catalogue"))
MANAGE = right("catalog.manage", _("Change products, assortments and who sees what"), audience="staff")
OWN_NUMBER = right("catalog.own_number", _("Give products the company's own number"), audience="party")

subject(_("Assortment"), "catalog", order=10)
feature("catalog", _("Catalogue"), _("Products of their assortment, with stock and own numbers."), VIEW, OWN_NUMBER, order=10)
