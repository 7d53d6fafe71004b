"""What is recorded about parties."""

from __future__ import annotations

from portiek.core.facts import Fact, fact


@fact("parties.party.created", public=True)
class PartyCreated(Fact):
    """A party was added, by staff or from the ERP."""

    party_id: int


@fact("parties.party.changed", public=True)
class PartyChanged(Fact):
    """Data of a party changed, in the portal or in the ERP."""

    party_id: int


@fact("parties.address.added")
class AddressAdded(Fact):
    """A party got an address."""

    address_id: int


@fact("parties.address.changed")
class AddressChanged(Fact):
    """An address of a party changed."""

    address_id: int


@fact("parties.address.removed")
class AddressRemoved(Fact):
    """A party took an address off its list."""

    address_id: int


@fact("parties.contact.added")
class ContactAdded(Fact):
    """A party got a contact."""

    contact_id: int


@fact("parties.contact.changed")
class ContactChanged(Fact):
    """A contact of a party changed."""

    contact_id: int


@fact("parties.contact.removed")
class ContactRemoved(Fact):
    """A contact left the list of a party."""

    contact_id: int


@fact("parties.portal.changed")
class PortalChanged(Fact):
    """Name, colour, logo, language or contact data of the portal changed; `what` names the fields."""

    what: str
@fact("parties.unit.added")
class UnitAdded(Fact):
    """A party got a branch, department or project."""

    unit_id: int


@fact("parties.unit.changed")
class UnitChanged(Fact):
    """A unit got another name, number or address."""

    unit_id: int


@fact("parties.unit.moved")
class UnitMoved(Fact):
    """A unit, with all below it, went to another place in the tree; None: to or from the top."""

    unit_id: int
    from_id: int | None
    to_id: int | None


@fact("parties.unit.ended")
class UnitEnded(Fact):
    """A unit is no longer in use, nor is what stands below it."""

    unit_id: int


@fact("parties.unit.restored")
class UnitRestored(Fact):
    """A unit is in use again."""

    unit_id: int


@fact("parties.relation.asked")
class RelationAsked(Fact):
    """A company asked another one to act for it, or to be acted for."""

    relation_id: int


@fact("parties.relation.found")
class RelationFound(Fact):
    """The other side of an asked mandate was found: it is asked to confirm."""

    relation_id: int


@fact("parties.relation.confirmed")
class RelationConfirmed(Fact):
    """A mandate was confirmed by the side that was asked, or set by staff."""

    relation_id: int


@fact("parties.relation.begun")
class RelationBegun(Fact):
    """The other side of a mandate confirmed it."""

    relation_id: int


@fact("parties.relation.ended")
class RelationEnded(Fact):
    """A mandate was ended, refused or withdrawn by one of its sides, or by staff."""

    relation_id: int


@fact("parties.relation.over")
class RelationOver(Fact):
    """The other side of a mandate ended it."""

    relation_id: int


@fact("parties.party.merged", public=True)
class PartyMerged(Fact):
    """Another party became part of this one: its rows, its number and its place in the ERP lead here now."""

    party_id: int
    from_id: int
    from_number: str


@fact("parties.party.ended_into")
class PartyEndedInto(Fact):
    """This party became part of another one."""

    into_id: int


@fact("parties.party.split", public=True)
class PartySplit(Fact):
    """Part of this party became a party of its own."""

    party_id: int
    to_id: int
    to_number: str


@fact("parties.party.split_off")
class PartySplitOff(Fact):
    """This party was part of another one until now."""

    from_id: int
