"""What is recorded about recurring orders: they spend a company's money, so all of them."""

from portiek.core.facts import Fact, fact


@fact("recurring.order.made")
class RecurringMade(Fact):
    """Somebody made a recurring order."""

    recurring_id: int


@fact("recurring.order.changed")
class RecurringChanged(Fact):
    """Lines, rhythm or anything else of a recurring order changed, for good or for one turn."""

    recurring_id: int


@fact("recurring.order.skipped")
class RecurringSkipped(Fact):
    """A turn was skipped."""

    recurring_id: int


@fact("recurring.order.paused")
class RecurringPaused(Fact):
    """A recurring order was paused."""

    recurring_id: int


@fact("recurring.order.resumed")
class RecurringResumed(Fact):
    """A recurring order goes on."""

    recurring_id: int


@fact("recurring.order.ended")
class RecurringEnded(Fact):
    """Somebody ended a recurring order, or its last turn came."""

    recurring_id: int


@fact("recurring.order.stopped")
class RecurringStopped(Fact):
    """It stopped by itself: who made it may not order any more."""

    recurring_id: int


@fact("recurring.order.taken_over")
class RecurringTakenOver(Fact):
    """A colleague took it over: from now on it is ordered as him."""

    recurring_id: int


@fact("recurring.order.waits")
class RecurringWaits(Fact):
    """A turn became dearer than its limit and waits for a yes."""

    recurring_id: int


@fact("recurring.order.accepted")
class RecurringAccepted(Fact):
    """Who made it said yes to the prices of a turn."""

    recurring_id: int


@fact("recurring.order.ordered")
class RecurringOrdered(Fact):
    """The order of a turn was placed."""

    recurring_id: int
    order_id: int


@fact("recurring.order.failed")
class RecurringFailed(Fact):
    """A turn could not be ordered."""

    recurring_id: int
