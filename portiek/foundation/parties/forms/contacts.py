"""The shape of a contact of a party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    """Somebody who works for a party, and how to reach him."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.CharField(label=_("Function"), max_length=80, required=False, help_text=_("For example foreman, planning or accounts department."))
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    unit = forms.ChoiceField(label=_("Branch, department or project"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Both sides read this, and the person may ask to see it."))

    def __init__(self, *arguments: Any, units: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [("", _("Whole company")), *[(key, unit.indented) for key, unit in self._units.items()]]  # type: ignore[attr-defined]
        if not self._units:
            del self.fields["unit"]

    def values(self) -> dict[str, Any]:
        """Return what was filled in, the unit as a row."""
        found = dict(self.cleaned_data)
        return found | ({"unit": self._units.get(found["unit"])} if "unit" in found else {})
