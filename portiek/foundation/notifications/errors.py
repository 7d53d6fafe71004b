"""The words of what notifications refuses."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

ADDRESS = word("notifications-address", _("Fill in one e-mail address, such as name@company.example."))
AGAIN = word("notifications-again", _("This mail cannot be sent again: it is on its way, was delivered, or its text was erased."))
SYSTEM = word("notifications-system", _("Only the portal itself tells people."))
TRIED = word("notifications-tried", _("Nothing is wrong with your address at the moment."))
CHOICE = word("notifications-choice", _("This cannot be chosen."))
TEXT_NAME = word("notifications-text-name", _("{name} is no value of this mail. Use one of: {known}."))
TEXT_BRACES = word("notifications-text-braces", _("Braces stand only around the name of a value, such as {example}."))
TEXT_EMPTY = word("notifications-text-empty", _("A mail needs a subject and a text."))
TEXT_MAIL = word("notifications-text-mail", _("Mail to your own address comes back, so this one cannot go to you."))
RHYTHM = word("notifications-rhythm", _("Choose hours from 0 to 23, both hours of the silence or neither, and leave at least one day for mail."))
STANDARD = word("notifications-standard", _("What everybody must get by mail cannot be off."))
DEVICE = word("notifications-device", _("This browser gave no address at which messages reach it. Try again, or use another browser."))
DEVICES_MANY = word("notifications-devices-many", _("Messages come to ten devices at most. Remove one that you no longer use."))
DEVICE_TRIES = word("notifications-device-tries", _("Wait a minute before you try again."))
