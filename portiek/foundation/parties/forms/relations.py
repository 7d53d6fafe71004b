"""The shape of a mandate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import rights
from portiek.foundation.parties.models import Relation


class RelationForm(forms.Form):
    """Who acts for whom, with which rights, from when until when. `offered`: the rights to choose from."""

    way = forms.ChoiceField(label=_("Who acts for whom"), choices=[("gives", _("The other company acts for us")), ("gets", _("We act for the other company"))], widget=forms.RadioSelect, initial="gives")
    number = forms.CharField(label=_("Number of the other company"), max_length=20, help_text=_("The customer or supplier number that it has here. It has to confirm before anything counts."), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=Relation.Kind.choices, widget=forms.RadioSelect, initial="agent")
    rights = forms.MultipleChoiceField(label=_("What may be done"), widget=forms.CheckboxSelectMultiple, help_text=_("Somebody who acts never does more than his own role at his own company allows. Paying, signing, approving and managing people are never part of it."))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("The last day. It ends by itself then; without a day it counts until one of both ends it."))
    reference = forms.CharField(label=_("Reference of the document"), max_length=120, required=False, help_text=_("For example the number of the power of attorney."))

    def __init__(self, *arguments: Any, offered: Sequence[str], staff: bool, name: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        known = rights()
        self.fields["rights"].choices = [(code, known[code].label) for code in offered]  # type: ignore[attr-defined]
        if staff:
            self.fields["way"].choices = [("gives", _("The other company acts for %(name)s") % {"name": name}), ("gets", _("%(name)s acts for the other company") % {"name": name})]  # type: ignore[attr-defined]
            self.fields["number"].help_text = _("It counts at once: neither side has to confirm. Both read it in their log.")

    def values(self) -> dict[str, Any]:
        """Return what was filled in, but for who acts for whom."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("way", "number")}
