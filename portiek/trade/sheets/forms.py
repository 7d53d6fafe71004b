"""Forms of documents of products."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from portiek.trade.sheets.models import ProductDocument
from portiek.trade.sheets.rules import ACCEPTED, LANGUAGES


def language_name(code: str) -> str:
    """Return what a language is called; one that we have no word for by its code."""
    try:
        return str(get_language_info(code)["name_translated"]).capitalize() if code else ""
    except KeyError:
        return code.upper()


class NewDocument(forms.Form):
    """A document to keep, or a new version of one."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProductDocument.Kind)
    language = forms.ChoiceField(label=_("Language"), required=False)
    title = forms.CharField(label=_("Title"), max_length=120, required=False, help_text=_("Only where a product has several of one kind and language, such as a manual for fitting and one for maintenance."))
    version = forms.CharField(label=_("Version"), max_length=40, required=False, help_text=_("As it stands on the document."))
    valid_from = forms.DateField(label=_("Valid from"), required=False, help_text=_("Today when you leave it empty."))
    file = forms.FileField(label=_("File"), max_length=200, help_text=_("PDF, picture, drawing or ZIP, at most 20 MB. With the kind, language and title of one that is there it takes its place."), widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    also = forms.CharField(label=_("Also for"), required=False, max_length=4000, help_text=_("Article numbers of other products that it is about, with commas between."))

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._today = today
        names = sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda pair: (pair[0] not in ("nl", "en"), pair[1]))
        self.fields["language"].choices = [("", _("No language, or several")), *names]  # type: ignore[attr-defined]

    def clean_valid_from(self) -> date:
        """Take today where no day is said, and no day to come: it counts from the moment that it is here."""
        day = self.cleaned_data["valid_from"] or self._today
        if day > self._today:
            raise ValidationError(_("This day is still to come. Bring the version in when it counts."))
        return day

    def skus(self) -> list[str]:
        """Return the other article numbers."""
        return list(dict.fromkeys(part.strip() for part in self.cleaned_data["also"].split(",") if part.strip()))
