"""Tables of portals and parties."""

from portiek.foundation.parties.models.logo import Logo
from portiek.foundation.parties.models.merging import Merge
from portiek.foundation.parties.models.parties import Address, Contact, Party, Portal
from portiek.foundation.parties.models.relations import Relation
from portiek.foundation.parties.models.units import Unit

__all__ = ["Address", "Contact", "Logo", "Merge", "Party", "Portal", "Relation", "Unit"]
