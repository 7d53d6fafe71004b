"""Forms of parity: why something is known."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.ui.fields import DecimalField


class Known(forms.Form):
    """Why one difference is known."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Colleagues read this later."))


class KnownUpTo(Known):
    """Why differences of one cause are known, and how large they may be."""

    up_to = DecimalField(label=_("Known up to"), max_digits=8, decimal_places=2, help_text=_("Per figure. What differs by more stays an alarm."))

    field_order = ["up_to", "reason"]
