"""Messages go along with who got them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves, stays

moves("notifications.Notification", takes=lambda deed: Q(user__in=deed.people))
stays("notifications.Mail", ground=_("What was mailed to whom, when the company was its own."))
stays("notifications.Push", ground=_("What went to the devices of whom, when the company was its own."))
