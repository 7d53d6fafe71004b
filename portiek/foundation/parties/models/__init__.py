"""Tables of portals and parties."""

from portiek.foundation.parties.models.parties import Address, Contact, Party, Portal
from portiek.foundation.parties.models.units import Unit

__all__ = ["Address", "Contact", "Party", "Portal", "Unit"]
