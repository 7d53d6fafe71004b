"""The shape of what is sent about keys and webhooks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.egress import is_found
from portiek.core.errors import Refused, wording
from portiek.edges.api import messages, rules
from portiek.edges.api.actions.webhooks import ADDRESS

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class Networks(forms.CharField):
    """Addresses and networks, with spaces, commas or lines between."""

    def __init__(self) -> None:
        super().__init__(label=_("Only from these addresses"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
                         help_text=_("One on a line, such as 203.0.113.7 or 2001:db8::/48: from anywhere else it is refused. Empty: from everywhere."))

    def clean(self, value: Any) -> Any:
        """Return what was typed as a list."""
        return re.split(r"[\s,;]+", super().clean(value))


class KeyNetworks(forms.Form):
    """From where alone a key may be used."""

    networks = Networks()


class NewKey(forms.Form):
    """What kind, a name, the rights, and until when."""

    kind = forms.ChoiceField(
        label=_("How does it come in?"), widget=forms.RadioSelect, initial="key",
        choices=[("key", _("API key: it sends the key with every call")), ("client", _("OAuth client: it fetches a token every half hour"))],
    )  # fmt: skip
    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of your own program."))
    rights = forms.MultipleChoiceField(label=_("What may it do?"), widget=forms.CheckboxSelectMultiple)
    expires_at = forms.DateTimeField(label=_("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Leave empty for a key without an end."))
    networks = Networks()

    def __init__(self, *arguments: Any, rights: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["rights"].choices = rights  # type: ignore[attr-defined]


class NewWebhook(forms.Form):
    """A name, an address, and which events it is told of."""

    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of your own program."))
    url = forms.CharField(label=_("Address"), max_length=rules.URL_LENGTH, help_text=_("Begins with https:// and answers on the public internet."), widget=forms.URLInput(attrs={"autocomplete": "url"}))
    events = forms.MultipleChoiceField(label=_("Which events?"), widget=forms.CheckboxSelectMultiple)
    signing = forms.ChoiceField(
        label=_("How are its messages signed?"), widget=forms.RadioSelect, initial=messages.SHARED,
        choices=[(messages.SHARED, _("By a secret that both of us keep (v1, HMAC): every library can check it")), (messages.ASYMMETRIC, _("By a key of ours (v1a, ed25519): your program keeps the public half, nothing secret"))],
    )  # fmt: skip

    def __init__(self, *arguments: Any, events: list[tuple[str, Any]], is_new: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["events"].choices = events  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["signing"]

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
