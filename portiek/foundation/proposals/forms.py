"""The shape of what people fill in about their own company."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat

from portiek.foundation.parties import rules as parties
from portiek.foundation.parties.ownership import Owned, Row, fields_of, lengths, subject_of

WIDGETS = {"phone": {"autocomplete": "tel", "inputmode": "tel"}, "email": {"autocomplete": "email"}, "street": {"autocomplete": "street-address"}, "postal_code": {"autocomplete": "postal-code"},
           "city": {"autocomplete": "address-level2"}}
LABELS = {"name": _("Name of the company or department"), "street": _("Street and number"), "postal_code": _("Postal code"), "city": _("City"), "country": _("Country")}
COUNTRIES = [("NL", _("Netherlands")), ("BE", _("Belgium")), ("DE", _("Germany"))]


def _field(item: Owned, column: str, hint: Any, current: str) -> forms.Field:
    common = {"label": LABELS[column] if len(item.columns) > 1 else item.label, "required": column in item.needed, "help_text": hint, "show_hidden_initial": True}
    if column == "language":
        return forms.ChoiceField(choices=settings.LANGUAGES, **{**common, "required": True})
    if column == "country":
        known = [code for code, _name in COUNTRIES]
        return forms.ChoiceField(choices=[*COUNTRIES, *([(current, current)] if current and current not in known else [])], **common)
    kind = forms.EmailField if column == "email" else forms.CharField
    widget = (forms.EmailInput if column == "email" else forms.TextInput)(attrs=dict(WIDGETS.get(column, {})))
    return kind(max_length=lengths(item)[column], widget=widget, **common)


class OwnData(forms.Form):
    """The fields of one's own party, address or contact that may be changed or proposed; those under way are left out.

    What the reader saw goes along, so that only what he changed counts, also when the administration changed another field meanwhile.
    """

    note = forms.CharField(label=_("Why? (not needed)"), max_length=500, required=False, help_text=_("Helps whoever looks at it."))

    def __init__(self, data: Any = None, *, row: Row, under_way: Collection[str], at_once: Collection[tuple[str, str]]) -> None:
        subject = subject_of(row)
        chosen = [item for item in fields_of(subject) if (item.may_propose or item.owner == "party") and item.key not in under_way]
        columns = [(item, name) for item in chosen for name in item.columns]
        super().__init__(data, initial={name: getattr(row, name) for _item, name in columns})
        self.row = row
        for item, name in columns:
            first = name == item.columns[0]
            hint = _("Yours: changes at once.") if item.owner == "party" else _("Is taken over at once.") if (subject, item.key) in at_once else _("Looked at first.")
            self.fields[name] = _field(item, name, hint if first else "", str(getattr(row, name)))
        self.order_fields([name for _item, name in columns] + ["note"])
        if all(item.owner == "party" for item in chosen):
            del self.fields["note"]

    def changed(self) -> dict[str, str]:
        """Return what the reader changed, by column."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "note"}

    def clean_vat_number(self) -> str:
        """Check the figures of a VAT number. Raises ValidationError."""
        text: str = self.cleaned_data["vat_number"]
        if not text or "vat_number" not in self.changed_data:
            return text
        if not vat.is_valid(text):
            raise ValidationError(_("This is not a VAT number of a country of the European Union. A Dutch one looks like NL004495445B01."))
        return str(vat.compact(text))

    def clean_coc_number(self) -> str:
        """Check the shape of a Dutch company number. Raises ValidationError."""
        text: str = "".join(self.cleaned_data["coc_number"].split())
        if text and "coc_number" in self.changed_data and not (text.isascii() and text.isalnum()):
            raise ValidationError(_("A number of the Chamber of Commerce has eight figures."))
        return text

    def clean(self) -> dict[str, Any]:
        """Write the postal code as the country does. Raises ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("postal_code") and {"postal_code", "country"} & set(self.changed_data):
            written = parties.postal_code(found["postal_code"], found.get("country", "NL"))
            if written is None:
                self.add_error("postal_code", ValidationError(_("A Dutch postal code looks like 8013 PX.")))
            else:
                found["postal_code"] = written
        return found


class Reason(forms.Form):
    """Why a proposal is refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("The party reads this."), widget=forms.Textarea)
