"""The shape of what is sent about keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NewKey(forms.Form):
    """A name, the rights, and until when."""

    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of your own program."))
    rights = forms.MultipleChoiceField(label=_("What may it do?"), widget=forms.CheckboxSelectMultiple)
    expires_at = forms.DateTimeField(label=_("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Leave empty for a key without an end."))

    def __init__(self, *arguments: Any, rights: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["rights"].choices = rights  # type: ignore[attr-defined]
