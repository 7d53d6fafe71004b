"""What is recorded about bank accounts. No number stands in a fact: its last figures do."""

from portiek.core.facts import Fact, fact


@fact("banking.change.asked")
class ChangeAsked(Fact):
    """Somebody of a party asked for another bank account."""

    change_id: int
    tail: str


@fact("banking.change.confirmed")
class ChangeConfirmed(Fact):
    """A second colleague confirmed it."""

    change_id: int
    tail: str


@fact("banking.change.accepted")
class ChangeAccepted(Fact):
    """Staff accepted it; the cooling-off began."""

    change_id: int
    tail: str


@fact("banking.change.refused")
class ChangeRefused(Fact):
    """Staff refused it."""

    change_id: int
    tail: str


@fact("banking.change.stopped")
class ChangeStopped(Fact):
    """Somebody of the party or of the staff stopped it before it counted."""

    change_id: int
    tail: str


@fact("banking.account.changed", public=True)
class AccountChanged(Fact):
    """A party has another bank account from now on."""

    change_id: int
    tail: str


@fact("banking.cooling.changed")
class CoolingChanged(Fact):
    """Staff chose how many hours pass between acceptance and effect."""

    hours: int
