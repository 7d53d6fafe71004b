"""The shape of what people fill in about their own company."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
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
    # A number may be typed with spaces and points; what is kept of it is shorter.
    return kind(max_length=lengths(item)[column] + (8 if column in parties.NUMBERS else 0), widget=widget, **common)


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

    def clean(self) -> dict[str, Any]:
        """Write numbers in the one way, and the postal code as the country does. Raises ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        for name in parties.NUMBERS:
            if name in self.changed_data and name in found:
                number = parties.read_number(name, found[name])
                if number is None:
                    self.add_error(name, ValidationError(wording(Refused(f"{name}-wrong"))))
                else:
                    found[name] = number
        if found.get("postal_code") and {"postal_code", "country"} & set(self.changed_data):
            written = parties.postal_code(found["postal_code"], found.get("country", "NL"))
            if written is None:
                self.add_error("postal_code", ValidationError(wording(Refused("postal-code-wrong"))))
            else:
                found["postal_code"] = written
        return found


class Reason(forms.Form):
    """Why a proposal is refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("The party reads this."), widget=forms.Textarea)
