"""The shape of what people fill in about prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.ui.fields import DecimalField


class Day(forms.DateField):
    """A day, with the browser's calendar."""

    widget = forms.DateInput


class Lens(forms.Form):
    """For whom and on which day a price is looked at."""

    party = forms.CharField(max_length=20, required=False)
    day = Day(required=False)


class Explain(forms.Form):
    """A price to look into."""

    party = forms.CharField(label=_("Customer number"), max_length=20)
    product = forms.CharField(label=_("Article number"), max_length=64)
    quantity = DecimalField(label=_("Quantity"), min_value=0, max_digits=12, decimal_places=3, required=False)
    day = Day(label=_("On"), required=False)


class NewAgreement(forms.Form):
    """What is agreed with a party."""

    number = forms.CharField(label=_("Number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As the customer knows it, such as: Project agreement Parkweg 12"))
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
    note = forms.CharField(label=_("Conditions"), max_length=2000, required=False, widget=forms.Textarea)


class ChangeAgreement(NewAgreement):
    """What is agreed with a party, but for its number."""

    number = None  # type: ignore[assignment]


class NewLine(forms.Form):
    """A line of an agreement."""

    product = forms.CharField(label=_("Article number"), max_length=64, required=False)
    discount_group = forms.CharField(label=_("or discount group"), max_length=20, required=False)
    min_quantity = DecimalField(label=_("From quantity"), min_value=0, max_digits=12, decimal_places=3, required=False)
    price = DecimalField(label=_("Price per unit"), min_value=0, max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(label=_("or percentage off the list price"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)
    agreed = DecimalField(label=_("Agreed quantity"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3, required=False, help_text=_("How much of the article is to be taken before the last day. Both sides see how far that is."))


class Assign(forms.Form):
    """A price list for a party."""

    price_list = forms.ChoiceField(label=_("Price list"))
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=99, initial=1, help_text=_("1 is asked first"))

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["price_list"].choices = choices  # type: ignore[attr-defined]


class Discount(forms.Form):
    """A percentage for a discount group."""

    discount_group = forms.CharField(label=_("Discount group"), max_length=20)
    percent = DecimalField(label=_("Percentage off the list price"), min_value=0, max_value=100, max_digits=5, decimal_places=2)
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
