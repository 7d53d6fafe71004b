"""Forms of electronic ordering: the shape of what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.edges.exchange.models import Setup as Rules
from portiek.edges.exchange.rules import SCHEMES
from portiek.edges.exchange.ubl.tree import MOST_BYTES
from portiek.foundation.parties.rules import read_number

SCHEME_NAMES = [("", _("None")), ("0088", _("GLN (0088)")), ("0106", _("Chamber of Commerce (0106)")), ("9944", _("VAT number (9944)")), ("0190", _("OIN (0190)"))]


class Upload(forms.Form):
    """An order as a file of XML."""

    file = forms.FileField(label=_("The order as a file"), max_length=200, allow_empty_file=True, help_text=_("UBL (XML), at most 2 MB."), widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}))

    def clean_file(self) -> Any:
        """Take a file of at most 2 MB: it is read while one waits."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(wording(Refused("exchange.size")))
        return file


class Setup(forms.Form):
    """How electronic orders are taken, and the portal's electronic address."""

    prices = forms.ChoiceField(label=_("When the prices of an order are others than ours"), choices=Rules.Prices.choices, widget=forms.RadioSelect)
    scheme = forms.ChoiceField(label=_("Kind of our electronic address"), choices=SCHEME_NAMES, required=False, help_text=_("Stands in what we answer, as Peppol asks."))
    identifier = forms.CharField(label=_("Our electronic address"), max_length=50, required=False)

    def clean(self) -> dict[str, Any]:
        """Take an address with its kind, or neither; a number that can be checked has to be right."""
        given: dict[str, Any] = super().clean() or {}
        scheme, number = given.get("scheme", ""), given.get("identifier", "").strip()
        if bool(scheme) != bool(number):
            self.add_error("identifier" if scheme else "scheme", _("Give the kind and the number, or neither."))
        elif scheme in SCHEMES and not (read := read_number(SCHEMES[scheme], number)):
            self.add_error("identifier", _("This is no such number."))
        elif scheme in SCHEMES:
            given["identifier"] = read
        return given


class AskCatalogue(forms.Form):
    """A catalogue to have made: of everything, or of what changed since an earlier one."""

    since = forms.ChoiceField(label=_("What stands in it"), required=False, help_text=_("What changed says of each product whether it is new, changed or gone. Choose the catalogue that your system took in last."))

    def __init__(self, *arguments: Any, earlier: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["since"].choices = [("", _("All products and prices")), *earlier]  # type: ignore[attr-defined]
