"""What is recorded about mail."""

from portiek.core.facts import Fact, fact


@fact("notifications.mail.given_up")
class MailGivenUp(Fact):
    """A mail could not be delivered, and is not tried again."""

    mail_id: int
    kind: str
