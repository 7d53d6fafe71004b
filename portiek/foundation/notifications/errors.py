"""The words of what notifications refuses."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

ADDRESS = word("notifications-address", _("Fill in one e-mail address, such as name@company.example."))
AGAIN = word("notifications-again", _("This mail cannot be sent again: it is on its way, was delivered, or its text was erased."))
SYSTEM = word("notifications-system", _("Only the portal itself tells people."))
