"""The words of what is refused about proposals."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("proposal-field", _("This cannot be proposed here."))
word("proposal-open", _("A change of this is under way already. Withdraw it first, or wait for the answer."))
word("proposal-decided", _("This proposal has been decided already; look at the page again."))
word("proposal-too-long", _("This is longer than can be kept: at most {length} signs."))
word("proposal-empty", _("This cannot be empty."))
word("merge-proposals", _("{count} proposals to change data of this company wait for an answer, or for the administration. Decide on them first."))
