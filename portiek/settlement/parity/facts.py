"""What is recorded about differences with the ERP."""

from portiek.core.facts import Fact, fact


@fact("parity.cause.found")
class CauseFound(Fact):
    """The check found documents that differ from the ERP for a reason that was not there, or not any more."""

    cause_id: int


@fact("parity.cause.known")
class CauseKnown(Fact):
    """Staff said that differences for a reason are known, up to an amount."""

    cause_id: int


@fact("parity.cause.reopened")
class CauseReopened(Fact):
    """Differences for a reason are an alarm again."""

    cause_id: int


@fact("parity.difference.known")
class DifferenceKnown(Fact):
    """Staff said of one difference that it is known."""

    difference_id: int
