"""Every write about parties: by people, and from the ERP."""

from portiek.foundation.parties.actions.erp import apply_parties
from portiek.foundation.parties.actions.number import next_order_number
from portiek.foundation.parties.actions.own import change_own, write_field
from portiek.foundation.parties.actions.parties import add_address, change_address, change_party, create_customer, create_party, remove_address
from portiek.foundation.parties.actions.portal import change_portal
from portiek.foundation.parties.actions.units import add_unit, change_unit, end_unit, restore_unit

__all__ = [
    "add_address", "add_unit", "apply_parties", "change_address", "change_own", "change_party", "change_portal", "change_unit", "create_customer", "create_party", "end_unit", "next_order_number", "remove_address",
    "restore_unit", "write_field",
]
