"""The shape of what people type about the portal itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portiek.foundation.parties.models import Portal
from portiek.foundation.parties.rules import LEAST_CONTRAST as LEAST_CONTRAST
from portiek.ui import colour


class Branding(forms.Form):
    """How a portal looks and how it is reached."""

    name = forms.CharField(label=_("Name of the portal"), max_length=120)
    colour = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Colour"), widget=forms.TextInput(attrs={"type": "color"}),
                              help_text=_("Your own colour. How light or dark it is used follows from what can be read."))
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP. It is shown 40 pixels high, on light and on dark."),
                           widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}))
    drop_logo = forms.BooleanField(label=_("No logo, the name only"), required=False)
    language = forms.ChoiceField(label=_("Language of who is not known yet"), choices=settings.LANGUAGES)
    email = forms.EmailField(label=_("E-mail address for answers"), max_length=254, required=False, help_text=_("Answers to mails of the portal go there."))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)

    @staticmethod
    def initial_of(portal: Portal) -> dict[str, Any]:
        """Return what the fields hold now."""
        return {**{name: getattr(portal, name) for name in ("name", "language", "email", "phone")}, "colour": colour.hex_of(portal.hue, float(portal.chroma))}

    def values(self) -> dict[str, Any]:
        """Return the fields of the portal. A colour that was not touched stays exactly as it was."""
        found = {name: self.cleaned_data[name] for name in ("name", "language", "email", "phone")}
        hue, chroma = colour.oklch_of(self.cleaned_data["colour"])
        return found if self.cleaned_data["colour"].lower() == self.initial["colour"] else {**found, "hue": hue, "chroma": Decimal(f"{chroma:.3f}")}

    def picture(self) -> bytes | None:
        """Return the content of the uploaded file, or None."""
        given = self.cleaned_data["logo"]
        return given.read() if given else None
