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
