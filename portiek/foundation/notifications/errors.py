"""The words of what notifications refuses."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

ADDRESS = word("notifications-address", _("Fill in one e-mail address, such as name@company.example."))
AGAIN = word("notifications-again", _("This mail cannot be sent again: it is on its way, was delivered, or its text was erased."))
SYSTEM = word("notifications-system", _("Only the portal itself tells people."))
TRIED = word("notifications-tried", _("Nothing is wrong with your address at the moment."))
CHOICE = word("notifications-choice", _("This cannot be chosen."))
RHYTHM = word("notifications-rhythm", _("Choose hours from 0 to 23, both hours of the silence or neither, and leave at least one day for mail."))
STANDARD = word("notifications-standard", _("What everybody must get by mail cannot be off."))
