"""The words of what is refused about bank accounts."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("bank-iban", _("This is not an IBAN: one figure or letter may be wrong. A Dutch one looks like NL91 ABNA 0417 1643 00."))
word("bank-same", _("This is the bank account already."))
word("bank-open", _("A change of the bank account is under way. Stop it first."))
word("bank-over", _("This change has gone on meanwhile; look at the page again."))
word("bank-second", _("Another colleague must confirm it: whoever asked cannot do both."))
word("bank-third", _("Another member of staff must accept it: you did a step of it for the company itself."))
word("bank-person", _("This is done by a person who is logged in himself, not by a program."))
word("bank-reason", _("Say why, so that the others know."))
word("merge-bank-change", _("Another bank account was asked for. Decide on that first."))
