"""What is recorded about requests for an account: for the staff alone, until there is a party."""

from __future__ import annotations

from portiek.core.facts import Fact, fact


@fact("applications.application.asked")
class ApplicationAsked(Fact):
    """Somebody whose address is proved asked for an account."""

    application_id: int


@fact("applications.application.asked_back")
class ApplicationAskedBack(Fact):
    """Staff asked him for more."""

    application_id: int


@fact("applications.application.answered")
class ApplicationAnswered(Fact):
    """He answered what staff asked."""

    application_id: int


@fact("applications.application.approved")
class ApplicationApproved(Fact):
    """Staff gave the account: to a new party, or to one that was there."""

    application_id: int


@fact("applications.application.rejected")
class ApplicationRejected(Fact):
    """Staff did not give the account."""

    application_id: int


@fact("applications.door.changed")
class DoorChanged(Fact):
    """The portal takes requests for an account from now on, or no longer."""

    is_open: bool
