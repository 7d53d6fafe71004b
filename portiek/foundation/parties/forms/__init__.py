"""The shape of what people type about parties, by noun."""

from portiek.foundation.parties.forms.contacts import ContactForm
from portiek.foundation.parties.forms.merging import DoMerge, DoSplit, MergeWith, SplitOff
from portiek.foundation.parties.forms.parties import AddressForm, ChangeParty, Details, NewParty
from portiek.foundation.parties.forms.relations import RelationForm
from portiek.foundation.parties.forms.units import UnitForm

__all__ = ["AddressForm", "ChangeParty", "ContactForm", "Details", "DoMerge", "DoSplit", "MergeWith", "NewParty", "RelationForm", "SplitOff", "UnitForm"]
