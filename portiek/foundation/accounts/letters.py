"""What is mailed at the gate."""

from django.utils.translation import gettext_lazy as _

from portiek.core.mail import letter

CODE = letter("accounts.code", _("{code} is your code for {portal}"),
              _("Hello {name},\n\nWith this code you log in. It is valid for ten minutes and can be used once, in the window where you asked for it.\n\n"
                "Did you not ask for it? Then you need do nothing: without the code nobody comes in."))
INVITATION = letter("accounts.invitation", _("{inviter} invites you to {portal}"),
                    _("Hello {name},\n\n{inviter} gives you access to the portal of {portal}, for {company}.\n\nThe invitation is valid for seven days and can be used once."),
                    _("Accept the invitation"))
CERTIFICATE = letter("accounts.certificate", _("The certificate of {provider} ends on {day}"),
                     _("Hello {name},\n\nPeople log in with {provider}. Its certificate ends on {day}; after that nobody comes in with it.\n\n"
                       "Ask who manages {provider} for its new metadata and paste them in the portal. The old and the new certificate can stand beside each other."),
                     _("To the settings"))
