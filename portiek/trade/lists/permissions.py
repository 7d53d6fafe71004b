"""Rights over order lists. One's own need only the right to fill a cart."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

MANAGE = right("list.manage", _("Manage order lists of the company and its branches"), audience="party")

feature("lists", _("Shared order lists"), _("Keep order lists for all colleagues or a branch. Everyone who fills a cart has lists of his own."), MANAGE, order=21)
subject(_("Order lists"), "list", order=32)
