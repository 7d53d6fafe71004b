"""Decisions about parties, by noun. Pure: no database, no clock."""

from portiek.foundation.parties.rules.merging import free_name, why_not_merge
from portiek.foundation.parties.rules.numbers import NUMBERS, odd_numbers, read_number
from portiek.foundation.parties.rules.parties import ADDRESS_FIELDS, CONTACT_FIELDS, ERP_FIELDS, KINDS, LEAST_CONTRAST, doubles, owner, postal_code, why_not_party
from portiek.foundation.parties.rules.relations import MOST_ASKED, READING, state_of, why_not_mandate
from portiek.foundation.parties.rules.units import MAX_DEPTH, place_of, why_not_under

__all__ = ["ADDRESS_FIELDS", "CONTACT_FIELDS", "ERP_FIELDS", "KINDS", "LEAST_CONTRAST", "MAX_DEPTH", "MOST_ASKED", "NUMBERS", "READING", "doubles", "free_name", "odd_numbers", "owner", "place_of", "postal_code", "read_number", "state_of", "why_not_mandate", "why_not_merge", "why_not_party", "why_not_under"]
