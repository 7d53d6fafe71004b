"""What is refused about the log, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("audit-export-person", _("A file of the log is made for a person who is logged in, not for a program."))
word("audit-export-many", _("Five files are being made for you already. Wait until one is ready."))
word("register-many", _("There are 200 lines of your own already. Remove one first."))
word("audit-package-already", _("A copy was asked for within the last hour. Use that one, or ask again later."))
word("retention-bounds", _("This must be from {least} to {most} days."))
word("hold-nobody", _("No customer or supplier has that number."))
word("erasure-held", _("A legal hold keeps what is known of this person. End it first."))
word("erasure-already", _("It has been asked already; look at that request."))
word("erasure-own", _("Somebody else must do this: it is about yourself."))
word("erasure-second", _("Another colleague must confirm it: whoever proposed it cannot do both."))
word("erasure-over", _("This request has gone on meanwhile; look at the page again."))
word("erasure-plan", _("The plan is still being counted. Wait a moment and look again."))
word("erasure-person", _("This is done by a person who is logged in himself, not by a program."))
word("erasure-reason", _("Say why, so that it can be accounted for."))
word("audit-package-nobody", _("Nobody in this portal has that address."))
