"""The shape of being away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.ui.fields import Choices, PickField


class AbsenceForm(forms.Form):
    """From when until when, and who stands in."""

    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    deputy = PickField(label=_("Who stands in"), nobody=_("Nobody"), help_text=_("Gets the tasks and approvals of these days, as far as his own rights go."))

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["deputy"].among = people  # type: ignore[attr-defined]

    def absence(self) -> dict[str, Any]:
        """Return what was filled in."""
        found = self.cleaned_data
        return {"first_day": found["first_day"], "last_day": found["last_day"], "deputy_id": self.fields["deputy"].chosen(found["deputy"])}  # type: ignore[attr-defined]
