"""What is recorded about parties."""

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


@fact("parties.portal.changed")
class PortalChanged(Fact):
    """Name, colour, logo, language or contact data of the portal changed; `what` names the fields."""

    what: str
