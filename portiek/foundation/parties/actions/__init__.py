"""Every write about parties: by people, and from the ERP."""

from portiek.foundation.parties.actions.contacts import add_contact, change_contact, remove_contact
from portiek.foundation.parties.actions.erp import apply_parties
from portiek.foundation.parties.actions.merging import ask_merge, ask_split, begin_merge, carry_out_merge, give_up_merge, sweep_merge
from portiek.foundation.parties.actions.moving import end_mandates, take_addresses, take_children, take_contacts, take_units
from portiek.foundation.parties.actions.number import next_order_number
from portiek.foundation.parties.actions.own import change_own, write_field
from portiek.foundation.parties.actions.parties import add_address, change_address, change_party, create_customer, create_party, mark_address_used, remove_address
from portiek.foundation.parties.actions.portal import change_portal
from portiek.foundation.parties.actions.relations import ask_relation, confirm_relation, end_relation, find_other_side, follow_names, set_relation, tell_other_side
from portiek.foundation.parties.actions.units import Tree, add_unit, change_unit, end_unit, hold_tree, restore_unit

__all__ = [
    "Tree", "add_address", "add_contact", "add_unit", "apply_parties", "ask_merge", "ask_relation", "ask_split", "begin_merge", "carry_out_merge", "change_address", "change_contact", "change_own",
    "change_party", "change_portal", "change_unit", "confirm_relation", "create_customer", "create_party", "end_mandates", "end_relation", "end_unit", "find_other_side", "follow_names", "give_up_merge", "hold_tree",
    "mark_address_used", "next_order_number", "remove_address", "remove_contact", "restore_unit", "set_relation", "sweep_merge", "take_addresses", "take_children", "take_contacts", "take_units",
    "tell_other_side", "write_field",
]
