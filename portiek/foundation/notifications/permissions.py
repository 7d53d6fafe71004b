"""Rights over mail."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

MAIL_VIEW = right("mail.view", _("See which mail went out and which did not arrive"), audience="staff")
