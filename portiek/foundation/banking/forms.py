"""The shape of what people fill in about a bank account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.foundation.banking.rules import MOST_HOURS


class Account(forms.Form):
    """Another account."""

    iban = forms.CharField(label=_("IBAN"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))
    holder = forms.CharField(label=_("In the name of"), max_length=140)


class Reason(forms.Form):
    """Why a change is stopped."""

    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Everybody who is concerned reads this."))


class Hours(forms.Form):
    """How long the cooling-off takes."""

    hours = forms.IntegerField(label=_("Hours between acceptance and effect"), min_value=0, max_value=MOST_HOURS, help_text=_("In these hours both sides can still stop it."))
