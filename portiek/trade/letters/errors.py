"""The refusals of price letters, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

PAST = word("letters.past", _("Choose a day that is still to come: a letter says what will change."))
FAR = word("letters.far", _("Choose a day within a year."))
BUSY = word("letters.busy", _("This letter is being worked on. Wait until that is done, then try again."))
SENT = word("letters.sent", _("This letter was sent: it stays as it was read. Write a new one if something is different."))
NOBODY = word("letters.nobody", _("Nobody's prices change on that day, so there is nobody to send it to."))
STALE = word("letters.stale", _("The day of this letter has come. Choose another day first."))
