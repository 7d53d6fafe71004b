"""What is recorded about mail and choices."""

from portiek.core.facts import Fact, fact


@fact("notifications.mail.given_up")
class MailGivenUp(Fact):
    """A mail could not be delivered, and is not tried again."""

    mail_id: int
    kind: str


@fact("notifications.choices.changed")
class ChoicesChanged(Fact):
    """A person chose how he hears of things."""

    user_id: int


@fact("notifications.mail.switched_off")
class MailSwitchedOff(Fact):
    """Mail was switched off from a mail itself: of one kind, or (*) all that is not obliged."""

    user_id: int
    kind: str


@fact("notifications.standards.changed")
class StandardsChanged(Fact):
    """The portal changed how people hear of things who chose nothing."""


@fact("notifications.mail.bounced")
class MailBounced(Fact):
    """A mail came back: its address does not work."""

    mail_id: int
    kind: str


@fact("notifications.mail.complained")
class MailComplained(Fact):
    """A reader marked a mail as unwanted; he gets only what is obliged from now on."""

    mail_id: int
    kind: str


@fact("notifications.address.tried")
class AddressTried(Fact):
    """Somebody whose mail came back asked to be mailed again."""

    user_id: int


@fact("notifications.mail.sent_again")
class MailSentAgain(Fact):
    """Staff sent a mail again that had not arrived; `user_id` is its reader's, 0 without an account."""

    mail_id: int
    user_id: int


@fact("notifications.text.changed")
class MailTextChanged(Fact):
    """The portal gave mails of one kind other words in one language, or their own words back."""

    kind: str
    language: str


@fact("notifications.calendar.made")
class CalendarMade(Fact):
    """A person made an address at which his calendar fetches his deadlines; an earlier one no longer works."""

    user_id: int


@fact("notifications.calendar.ended")
class CalendarEnded(Fact):
    """A person ended the address of his calendar."""

    user_id: int


@fact("notifications.device.added")
class DeviceAdded(Fact):
    """A person lets messages come to a device."""

    user_id: int
    device_id: int


@fact("notifications.device.removed")
class DeviceRemoved(Fact):
    """A person lets no more messages come to a device."""

    user_id: int
    device_id: int
