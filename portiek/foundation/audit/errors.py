"""What is refused about the log, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("audit-export-person", _("A file of the log is made for a person who is logged in, not for a program."))
word("audit-export-many", _("Five files are being made for you already. Wait until one is ready."))
word("register-many", _("There are 200 lines of your own already. Remove one first."))
word("audit-package-already", _("A copy was asked for within the last hour. Use that one, or ask again later."))
word("audit-package-nobody", _("Nobody in this portal has that address."))
