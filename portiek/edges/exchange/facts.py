"""What is recorded about electronic orders. Names and fields of the public ones are a contract with receivers of webhooks."""

from portiek.core.facts import Fact, fact


@fact("exchange.message.ordered")
class MessageOrdered(Fact):
    """An electronic order became an order."""

    message_id: int
    order_id: int


@fact("exchange.message.held", public=True)
class MessageHeld(Fact):
    """An electronic order waits for a person: its prices are others than ours, it may be ordered already, or something of it has to be mended."""

    message_id: int
    state: str


@fact("exchange.message.refused", public=True)
class MessageRefused(Fact):
    """An electronic order was not taken."""

    message_id: int


@fact("exchange.message.listed")
class MessageListed(Fact):
    """Somebody put the lines of an electronic order in a list, to mend them."""

    message_id: int


@fact("exchange.message.dropped")
class MessageDropped(Fact):
    """Somebody put an electronic order away."""

    message_id: int


@fact("exchange.message.applied")
class MessageApplied(Fact):
    """An order was changed or taken back as an electronic message asked."""

    message_id: int
    order_id: int


@fact("exchange.message.passed_on")
class MessagePassedOn(Fact):
    """An electronic message asks to take an order back that the seller works on: he decides."""

    message_id: int
    order_id: int


@fact("exchange.message.answered", public=True)
class MessageAnswered(Fact):
    """The seller answered an order that came electronically, or what changes or takes it back: the answer (T76, T116) can be fetched. `code`: AP, CA or RE."""

    message_id: int
    order_id: int
    code: str


@fact("exchange.catalogue.asked")
class CatalogueAsked(Fact):
    """Somebody had a party's assortment and prices made as a document."""

    catalogue_id: int


@fact("exchange.catalogue.ready", public=True)
class CatalogueReady(Fact):
    """A catalogue that was asked for can be fetched. `lines`: how many products stand in it."""

    catalogue_id: int
    lines: int


@fact("exchange.catalogue.downloaded")
class CatalogueDownloaded(Fact):
    """Somebody fetched a catalogue."""

    catalogue_id: int


@fact("exchange.setup.changed")
class SetupChanged(Fact):
    """Staff chose how electronic orders are taken, or changed the electronic address."""

    prices: str
