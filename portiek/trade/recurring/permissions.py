"""Rights over recurring orders. One's own need only the right to place orders."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

MANAGE = right("recurring.manage", _("Manage recurring orders of colleagues: share them, skip, pause, end and take them over"), audience="party")

feature("recurring", _("Recurring orders of colleagues"), _("Share recurring orders, and manage those of colleagues. Everyone who places orders has recurring ones of his own."), MANAGE, order=22)
subject(_("Recurring orders"), "recurring", order=33)
