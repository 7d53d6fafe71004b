"""The shape of what people type about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class EmailField(forms.EmailField):
    """An e-mail address, kept in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}), **options)

    def clean(self, value: Any) -> str:
        """Return the address in small letters. Raises ValidationError."""
        return str(super().clean(value)).lower()


class Who(forms.Form):
    """Whose address it is, and how he wants to come in."""

    email = EmailField(label=_("E-mail address"))
    way = forms.ChoiceField(choices=[("code", ""), ("password", "")], required=False)


class Code(forms.Form):
    """The figures of the mail; spaces do no harm."""

    code = forms.CharField(label=_("Code from the mail"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}))

    def clean_code(self) -> str:
        """Return six figures. Raises ValidationError."""
        figures = "".join(str(self.cleaned_data["code"]).split())
        if len(figures) != 6 or not (figures.isascii() and figures.isdigit()):
            raise forms.ValidationError(_("The code has six figures."))
        return figures


class Password(forms.Form):
    """A password to come in with."""

    password = forms.CharField(label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}))


class Me(forms.Form):
    """One's own name and language."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class NewPassword(forms.Form):
    """A new password, with the current one where there is one."""

    current = forms.CharField(label=_("Current password"), max_length=200, strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    password = forms.CharField(label=_("New password"), max_length=200, strip=False, help_text=_("At least 10 signs; a few words together are fine."),
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
