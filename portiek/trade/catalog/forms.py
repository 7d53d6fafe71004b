"""The shape of what people fill in about products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class OwnNumber(forms.Form):
    """A company's own number for a product; empty takes it away."""

    number = forms.CharField(label=_("Your own number"), max_length=64, required=False)


class Describe(forms.Form):
    """What the portal adds to a product."""

    summary = forms.CharField(label=_("Text in the portal"), max_length=4000, required=False, widget=forms.Textarea)
    specs = forms.CharField(
        label=_("Specifications"), max_length=4000, required=False, widget=forms.Textarea, help_text=_("One on each line, as in: Thickness: 12.5 mm")
    )

    def clean_specs(self) -> list[tuple[str, str]]:
        """Read the lines as names and values. Raises ValidationError for a line without a colon."""
        pairs = []
        for line in self.cleaned_data["specs"].splitlines():
            if line.strip():
                name, colon, value = line.partition(":")
                if not colon or not name.strip() or not value.strip():
                    raise forms.ValidationError(_("Write a name, a colon and a value: %(line)s"), params={"line": line[:60]})
                pairs.append((name.strip(), value.strip()))
        return pairs


class NewAssortment(forms.Form):
    """A new assortment."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(label=_("Code"), max_length=40)
    holds_all = forms.BooleanField(label=_("Every product, also those to come"), required=False)


class Items(forms.Form):
    """Products to put in an assortment or to take out, by number."""

    codes = forms.CharField(
        label=_("Product numbers"), max_length=100_000, widget=forms.Textarea, help_text=_("One on each line, as in your ERP or a spreadsheet")
    )

    def clean_codes(self) -> list[str]:
        """Read the first cell of each line."""
        return list(dict.fromkeys(line.split("\t")[0].split(";")[0].strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()))


class Given(forms.Form):
    """Which assortments a party is given."""

    assortments = forms.MultipleChoiceField(label=_("What this party sees"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["assortments"].choices = choices  # type: ignore[attr-defined]
