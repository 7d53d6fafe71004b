"""The shape of what people type about the portal itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portiek.edges.pages import rules
from portiek.foundation.parties.models import Party, Portal
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
    greets_birthdays = forms.BooleanField(label=_("Congratulate people on their birthday, if they like that"), required=False)

    @staticmethod
    def initial_of(portal: Portal) -> dict[str, Any]:
        """Return what the fields hold now."""
        return {**{name: getattr(portal, name) for name in ("name", "language", "email", "phone", "greets_birthdays")}, "colour": colour.hex_of(portal.hue, float(portal.chroma))}

    def values(self) -> dict[str, Any]:
        """Return the fields of the portal. A colour that was not touched stays exactly as it was."""
        found = {name: self.cleaned_data[name] for name in ("name", "language", "email", "phone", "greets_birthdays")}
        hue, chroma = colour.oklch_of(self.cleaned_data["colour"])
        return found if self.cleaned_data["colour"].lower() == self.initial["colour"] else {**found, "hue": hue, "chroma": Decimal(f"{chroma:.3f}")}

    def picture(self) -> bytes | None:
        """Return the content of the uploaded file, or None."""
        given = self.cleaned_data["logo"]
        return given.read() if given else None


class News(forms.Form):
    """A few words for the home page."""

    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    text = forms.CharField(label=_("Text"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    title_en = forms.CharField(label=_("Title in English"), max_length=80, required=False, help_text=_("For who reads the portal in English. Without it they read the Dutch words."))
    text_en = forms.CharField(label=_("Text in English"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    link = forms.CharField(label=_("Where more is to be read"), max_length=300, required=False, help_text=_("A page of the portal, such as /catalog/, or an address that begins with https://."))
    kinds = forms.MultipleChoiceField(label=_("For whom"), choices=Party.Kind, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: everybody."))
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("Empty: until you take it off."))

    def clean_link(self) -> str:
        """Return an address of the portal itself or of the web. Raises ValidationError for any other, such as javascript:."""
        link = str(self.cleaned_data["link"]).strip()
        if link and not rules.is_link(link):
            raise forms.ValidationError(_("Begin with / for a page of the portal, or with https://."))
        return link

    def clean(self) -> dict[str, Any]:
        """Ask for words in one language, and for days in their order."""
        found = self.cleaned_data
        if not found.get("title") and not found.get("title_en"):
            self.add_error("title", _("Give a title, in Dutch or in English."))
        if found.get("last_day") and found.get("first_day") and found["last_day"] < found["first_day"]:
            self.add_error("last_day", _("The last day is before the first one."))
        return found

    def values(self) -> dict[str, Any]:
        """Return what an action takes."""
        return dict(self.cleaned_data)
