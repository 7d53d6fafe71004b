"""The words of what is refused about people."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("no-company", _("Your account has no company in this portal at the moment. Ask the administrator of your company, or the people below, to let you in again."))
word("time-zone", _("Choose one of the time zones of the list."))
word("code-over", _("This code is no longer valid. Ask for a new one."))
word("code-wrong", _("This is not the code that was mailed. Look again; you have a few tries."))
word("credentials-wrong", _("E-mail address and password do not belong together."))
word("too-many-tries", _("There were too many tries. Wait a quarter of an hour, or come in another way."))
word("invitation-used", _("This invitation has been used. Log in with the e-mail address that was invited."))
word("invitation-revoked", _("This invitation was withdrawn. Ask who invited you for a new one."))
word("invitation-expired", _("This invitation is older than seven days. Ask who invited you to send it again."))
word("invitation-open", _("{email} has an invitation already. Send it again instead."))
word("invitation-over", _("This invitation is no longer open."))
word("member-already", _("{email} already has a place here."))
word("role-elsewhere", _("This role is not one of this company."))
word("member-above", _("{name} holds rights that you do not have yourself, so you cannot change that place."))
word("role-beyond", _("This role holds rights that you do not have yourself, so you cannot give it."))
word("limit-wrong", _("An order limit is an amount of 0 or more."))
word("limit-beyond", _("The limit cannot be higher than your own."))
word("last-manager", _("Somebody must be able to manage people. Give another colleague that right first."))
word("own-membership", _("You cannot change your own place. Ask a colleague who may."))
word("password-short", _("Use at least 10 signs; a few words together are fine."))
word("password-common", _("This password is easy to guess. Choose another one."))
word("password-now-wrong", _("This is not your current password."))
word("fresh-proof-needed", _("Log in again with a code first, or give your current password."))
word("wrong-person", _("This invitation is for another e-mail address than the one you are logged in with."))
