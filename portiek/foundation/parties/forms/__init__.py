"""The shape of what people type about parties, by noun."""

from portiek.foundation.parties.forms.parties import AddressForm, ChangeParty, Details, NewParty
from portiek.foundation.parties.forms.units import UnitForm

__all__ = ["AddressForm", "ChangeParty", "Details", "NewParty", "UnitForm"]
