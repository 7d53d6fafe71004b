"""What is recorded about punch-out."""

from portiek.core.facts import Fact, fact


@fact("punchout.system.added")
class SystemAdded(Fact):
    """Staff let a purchasing system of a customer open the portal."""

    system_id: int


@fact("punchout.system.changed")
class SystemChanged(Fact):
    """Staff changed how a purchasing system comes in, or switched it on or off."""

    system_id: int


@fact("punchout.system.renewed")
class SystemRenewed(Fact):
    """Staff gave a purchasing system another password."""

    system_id: int


@fact("punchout.visit.begun")
class VisitBegun(Fact):
    """A purchasing system opened the portal."""

    visit_id: int


@fact("punchout.visit.returned")
class VisitReturned(Fact):
    """A cart went back to the purchasing system that it was filled for."""

    visit_id: int
    lines: int


@fact("punchout.visit.ordered")
class VisitOrdered(Fact):
    """The order of a cart that went back came in."""

    visit_id: int
    order_id: int
