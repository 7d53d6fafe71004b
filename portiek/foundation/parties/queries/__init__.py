"""Every read about parties, by noun."""

from portiek.foundation.parties.queries.parties import BY_CITY, BY_NAME, address, addresses, alike, children, contacts, own_party, parties, party, party_by_id
from portiek.foundation.parties.queries.portal import logo, portal
from portiek.foundation.parties.queries.units import BY_PLACE, above, below, unit, units, units_within, usual_delivery

__all__ = [
    "BY_CITY", "BY_NAME", "BY_PLACE", "above", "address", "addresses", "alike", "below", "children", "contacts", "logo", "own_party", "parties", "party", "party_by_id", "portal", "unit", "units", "units_within",
    "usual_delivery",
]
