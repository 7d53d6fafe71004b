"""The words of what is refused about requests for an account."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("application-over", _("This request has been decided already."))
word("application-party", _("Choose a party, or give the number of a new one."))
word("application-role", _("This role is not for this kind of party."))
word("application-code-wrong", _("This is not the code of the mail. Look once more."))
word("application-code-over", _("This code can no longer be used. Send the request again."))
