"""What is mailed at the gate."""

from django.utils.translation import gettext_lazy as _

from portiek.core.mail import letter

CODE = letter("accounts.code", _("{code} is your code for {portal}"),
              _("Hello {name},\n\nYour code to log in at {portal} is:\n\n{code}\n\nIt is valid for ten minutes and can be used once. Did you not ask for it? Then you need do nothing: without the code nobody comes in."))
INVITATION = letter("accounts.invitation", _("{inviter} invites you to {portal}"),
                    _("Hello {name},\n\n{inviter} gives you access to {portal} for {company}. Open the link to come in. It is valid until {until} and can be used once."), _("Accept the invitation"))
