"""Every read about parties, by noun."""

from portiek.foundation.parties.queries.contacts import contact, contact_to_erase, contacts
from portiek.foundation.parties.queries.merging import OPEN, Line, Plan, former, former_ids, going, merge, merge_between, merge_to_do, merges, of_the_erp, plan, split_of, under_way, why_not_one
from portiek.foundation.parties.queries.parties import BY_CITY, BY_NAME, address, addresses, addresses_by_use, alike, children, own_party, parties, party, party_by_id
from portiek.foundation.parties.queries.portal import logo, portal
from portiek.foundation.parties.queries.relations import BY_LAST, relation, relations
from portiek.foundation.parties.queries.units import BY_PLACE, above, below, unit, units, units_within, usual_addresses

__all__ = [
    "BY_CITY",
    "BY_LAST",
    "BY_NAME",
    "BY_PLACE",
    "OPEN",
    "Line",
    "Plan",
    "above",
    "address",
    "addresses",
    "addresses_by_use",
    "alike",
    "below",
    "children",
    "contact",
    "contact_to_erase",
    "contacts",
    "former",
    "former_ids",
    "going",
    "logo",
    "merge",
    "merge_between",
    "merge_to_do",
    "merges",
    "of_the_erp",
    "own_party",
    "parties",
    "party",
    "party_by_id",
    "plan",
    "portal",
    "relation",
    "relations",
    "split_of",
    "under_way",
    "unit",
    "units",
    "units_within",
    "usual_addresses",
    "why_not_one",
]
