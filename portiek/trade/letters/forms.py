"""The shape of what staff type about price letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class Write(forms.Form):
    """A price letter in Dutch, English or both."""

    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    text = forms.CharField(label=_("Text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text=_("Why prices change. Which ones, and by how much, is put below it for each customer."))
    title_en = forms.CharField(label=_("Title in English"), max_length=80, required=False, help_text=_("For who reads the portal in English. Without it they read the Dutch words."))
    text_en = forms.CharField(label=_("Text in English"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    effective_on = forms.DateField(label=_("First day of the new prices"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("Prices of this day are set beside those of the day before. Bring the new prices in first."))
    unbought = forms.BooleanField(label=_("Also what was not bought"), required=False, help_text=_("Each customer then reads of everything in his assortment that changes, what he bought first. Without it, of what he bought in the last twelve months."))

    def clean(self) -> dict[str, Any]:
        """Ask for a title in one of both."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("title") and not found.get("title_en"):
            self.add_error("title", _now("Give it a title."))
        return found
