"""The shape of what is sent about keys and webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.egress import is_found
from portiek.core.errors import Refused, wording
from portiek.edges.api import rules
from portiek.edges.api.actions.webhooks import ADDRESS

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class NewKey(forms.Form):
    """A name, the rights, and until when."""

    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of your own program."))
    rights = forms.MultipleChoiceField(label=_("What may it do?"), widget=forms.CheckboxSelectMultiple)
    expires_at = forms.DateTimeField(label=_("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Leave empty for a key without an end."))

    def __init__(self, *arguments: Any, rights: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["rights"].choices = rights  # type: ignore[attr-defined]


class NewWebhook(forms.Form):
    """A name, an address, and which events it is told of."""

    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of your own program."))
    url = forms.CharField(label=_("Address"), max_length=rules.URL_LENGTH, help_text=_("Begins with https:// and answers on the public internet."), widget=forms.URLInput(attrs={"autocomplete": "url"}))
    events = forms.MultipleChoiceField(label=_("Which events?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, events: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["events"].choices = events  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Look the name up, shortly: whether it is unknown or private is not told apart."""
        url = str(self.cleaned_data["url"]).strip()
        if not is_found(url):
            raise forms.ValidationError(wording(Refused(ADDRESS)))
        return url


class Period(forms.Form):
    """From when until when events are sent again."""

    since = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), input_formats=FORMATS)
    until = forms.DateTimeField(label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), input_formats=FORMATS)
