"""What is mailed at the gate."""

from django.utils.translation import gettext_lazy as _

from portiek.core.mail import letter

CODE = letter("accounts.code", _("Code to log in"), _("{code} is your code for {portal}"),
              _("Hello {name},\n\nWith this code you log in. It is valid for ten minutes and can be used once, in the window where you asked for it.\n\n"
                "Did you not ask for it? Then you need do nothing: without the code nobody comes in."))
ELSEWHERE = letter("accounts.elsewhere", _("No code: log in with an account of elsewhere"), _("Log in at {portal} with {provider}"),
                   _("Hello {name},\n\nYou asked for a code to log in. Your company lets you in with {provider} alone, so there is no code for you: use the button.\n\n"
                     "Can you not get in there? Ask who manages {provider} in your company. Did you not ask for it? Then you need do nothing."),
                   _("Log in"))
ELSEWHERE_FIRST = letter("accounts.elsewhere-first", _("No code: the first time with an account of elsewhere"), _("Log in at {portal} with {provider} for the first time"),
                         _("Hello {name},\n\nYour company lets you in with {provider} alone, and your account there is not linked to yours here yet. Use the button and log in there: that links them, once and for all.\n\n"
                           "The button works for ten minutes and once, in the window where you asked for it. Did you not ask for it? Then you need do nothing: without that window it opens nothing."),
                         _("Log in and link"))
IDENTITY_LINKED = letter("accounts.identity-linked", _("Account of elsewhere linked"), _("{provider} has been linked to your account at {portal}"),
                         _("Hello {name},\n\nFrom now on you log in at {portal} with {provider}.\n\nWas this not you? Then somebody else may come in as you. Tell us at once."),
                         _("Look at your security"))
EMAIL_NEW = letter("accounts.email-new", _("Other address: code for the new one"), _("{code} is the code for your new address at {portal}"),
                   _("Hello {name},\n\nYou want to use this address at {portal} from now on. Give the code above on the page where you asked for it. It is valid for ten minutes.\n\n"
                     "Did you not ask for it? Then you need do nothing: without the code nothing changes."))
EMAIL_OLD = letter("accounts.email-old", _("Other address: code for the old one"), _("{code} is the code to leave this address at {portal}"),
                   _("Hello {name},\n\nYou want to use {email} at {portal} from now on, instead of this address. Give the code above on the page where you asked for it. It is valid for ten minutes.\n\n"
                     "Did you not ask for it? Then somebody may be in your account. Stop it with the button, give nobody the code, and choose another password."),
                   _("Stop the change"))
EMAIL_TAKEN = letter("accounts.email-taken", _("Other address: it belongs to an account already"), _("Your address was asked for at {portal}"),
                     _("Hello {name},\n\nSomebody wants to use this address for an account at {portal}, but it belongs to yours already. Nothing has changed.\n\n"
                       "Was it you? Then log in with this address. Was it not? Then you need do nothing."),
                     _("To the portal"))
EMAIL_CHANGED = letter("accounts.email-changed", _("Other address: changed"), _("You have another e-mail address at {portal}"),
                       _("Hello {name},\n\nFrom now on you log in at {portal} with {email}. This address gets no more mail. Other browsers are logged out.{by}\n\n"
                         "Was this not you? Then put it back with the button. You can do so until {day}."),
                       _("Put my address back"))
EMAIL_BACK = letter("accounts.email-back", _("Other address: put back"), _("Your address at {portal} is back"),
                    _("Hello {name},\n\nThe change of your e-mail address has been stopped: you log in with this address again. Everybody who was logged in as you is logged out, and your password is gone.\n\n"
                      "Log in with a code by mail and choose a new password. Tell us what happened, so that we can help."),
                    _("Log in"))
INVITATION = letter("accounts.invitation", _("Invitation"), _("{inviter} invites you to {portal}"),
                    _("Hello {name},\n\n{inviter} gives you access to the portal of {portal}, for {company}.\n\nThe invitation is valid for seven days and can be used once."),
                    _("Accept the invitation"))
CERTIFICATE = letter("accounts.certificate", _("Certificate of an identity provider ends"), _("The certificate of {provider} ends on {day}"),
                     _("Hello {name},\n\nPeople log in with {provider}. Its certificate ends on {day}; after that nobody comes in with it.\n\n"
                       "Ask who manages {provider} for its new metadata and paste them in the portal. The old and the new certificate can stand beside each other."),
                     _("To the settings"))
NEW_DEVICE = letter("accounts.new-device", _("Log-in on a new device"), _("A new device logged in as you at {portal}"),
                    _("Hello {name},\n\nSomebody logged in as you from a browser that we did not see before: {browser}, network {network}.\n\nWas this you? Then you need do nothing.\n\n"
                      "Was it not? Log that device out on the page below, and change your password. Tell us at once."),
                    _("See where you are logged in"))
FACTOR_ADDED = letter("accounts.factor-added", _("Second step added"), _("A second step has been added to your log-in at {portal}"),
                      _("Hello {name},\n\nFrom now on you also give a code of your authenticator app when you log in at {portal}. Keep your recovery codes somewhere else than your telephone.\n\n"
                        "Was this not you? Then somebody else may come in as you. Tell us at once."),
                      _("Look at your security"))
FACTOR_REMOVED = letter("accounts.factor-removed", _("Second step removed"), _("The second step of your log-in at {portal} has been removed"),
                        _("Hello {name},\n\nThe authenticator app no longer belongs to your account at {portal}.\n\nWas this not you? Then somebody else may come in as you. Tell us at once."),
                        _("Look at your security"))
RECOVERY_USED = letter("accounts.recovery-used", _("Recovery code used"), _("A recovery code was used at {portal}"),
                       _("Hello {name},\n\nSomebody logged in as you with one of your recovery codes. You have {left} left.\n\nWas this not you? Then tell us at once."),
                       _("Look at your security"))
STEP_FAILED = letter("accounts.step-failed", _("Wrong codes for the second step"), _("Somebody tried to log in as you at {portal}"),
                     _("Hello {name},\n\nSomebody did the first step of your log-in, but gave a wrong code for the second step five times, and did not come in.\n\n"
                       "Was this not you? Then somebody may know your password or read your mail: choose another password, also for your mailbox."),
                     _("Look at your security"))
FACTORS_RESET = letter("accounts.factors-reset", _("Second step reset"), _("Your log-in at {portal} is set up anew"),
                       _("Hello {name},\n\n{by} had the second step of your log-in removed, for this reason: {reason}\n\nYou are logged out everywhere. Log in and set up the second step again.\n\n"
                         "Did you not ask for this? Then tell us at once."),
                       _("Log in"))
PASSKEY_ADDED = letter("accounts.passkey-added", _("Passkey added"), _("A passkey has been added to your account at {portal}"),
                       _("Hello {name},\n\nFrom now on you can log in at {portal} with the passkey “{key}”.\n\nWas this not you? Then somebody else may come in as you. Tell us at once."),
                       _("Look at your security"))
PASSKEY_REMOVED = letter("accounts.passkey-removed", _("Passkey removed"), _("A passkey has been removed from your account at {portal}"),
                         _("Hello {name},\n\nThe passkey “{key}” no longer opens your account at {portal}. You can also delete it on your device.\n\nWas this not you? Then tell us at once."),
                         _("Look at your security"))
