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
