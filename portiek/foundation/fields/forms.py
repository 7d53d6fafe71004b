"""The shape of what people send about fields, and of fields themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.foundation.fields import rules
from portiek.foundation.fields.models import Field
from portiek.ui.fields import DecimalField

# What a field is called in a form, so that it never meets a field of the form's own.
PREFIX = "own-"


class Settle(forms.Form):
    """What can be said of a field at any time."""

    label = forms.CharField(label=_("Name"), max_length=80)
    label_en = forms.CharField(label=_("Name in English"), max_length=80, required=False, help_text=_("For who reads the portal in English; empty: as above."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Field.Kind, help_text=_("Cannot be changed later."))
    choices = forms.CharField(label=_("What can be chosen"), required=False, max_length=rules.MOST_CHOICES * (rules.LONGEST_CHOICE + 2), widget=forms.Textarea(attrs={"rows": 5}), help_text=_("Only for a choice: one a line."))
    visibility = forms.ChoiceField(label=_("For whom"), choices=Field.Visibility, widget=forms.RadioSelect, initial=Field.Visibility.STAFF)
    required = forms.BooleanField(label=_("Has to be filled in"), required=False)
    help = forms.CharField(label=_("Explanation"), max_length=200, required=False, help_text=_("Stands below the field where it is filled in."))
    help_en = forms.CharField(label=_("Explanation in English"), max_length=200, required=False)
    position = forms.IntegerField(label=_("Place in the row"), min_value=0, max_value=999, required=False, help_text=_("Lower comes first."))

    def __init__(self, *arguments: Any, subject: str, field: Field | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if field is not None:
            del self.fields["kind"]
            if field.kind != Field.Kind.CHOICE:
                del self.fields["choices"]
        words = {"product": {"see": _("Parties that see the product see it")}, "order": {"fill": _("The party fills it in when it orders")}}.get(subject, {})
        shown = [(code, words.get(code, label)) for code, label in Field.Visibility.choices if (subject, code) != ("product", "fill")]
        self.fields["visibility"].choices = shown  # type: ignore[attr-defined]

    def settled(self) -> dict[str, Any]:
        """Return what an action takes."""
        found = dict(self.cleaned_data)
        return {**found, "choices": str(found.get("choices") or "").splitlines(), "position": found.get("position") or 0}


def field_of(item: Field, value: str, *, required: bool | None = None) -> forms.Field:
    """Return the form field of one field; `value` keeps a choice that is no longer offered where it was chosen."""
    common: dict[str, Any] = {"label": item.name, "help_text": item.hint, "required": item.required if required is None else required}
    if item.kind == Field.Kind.NUMBER:
        return DecimalField(max_digits=21, decimal_places=6, **common)
    if item.kind == Field.Kind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if item.kind == Field.Kind.YES_NO:
        return forms.ChoiceField(choices=[("", _("Choose")), ("yes", _("Yes")), ("no", _("No"))], **common)
    if item.kind == Field.Kind.CHOICE:
        offered = [*item.choices, *([value] if value and value not in item.choices else [])]
        return forms.ChoiceField(choices=[("", _("Choose")), *((choice, choice) for choice in offered)], **common)
    if item.kind == Field.Kind.URL:
        return forms.CharField(max_length=rules.LONGEST, widget=forms.URLInput(attrs={"placeholder": "https://"}), **common)
    return forms.CharField(max_length=rules.LONGEST, **common)


def initial(item: Field, value: str) -> Any:
    """Return a kept value as its form field shows it."""
    return rules.number(value) if item.kind == Field.Kind.NUMBER else value


def fields_of(items: Sequence[Field], values: Mapping[str, str], *, required: bool | None = None) -> dict[str, forms.Field]:
    """Return form fields for these fields by their names in a form, with what is filled in."""
    found = {}
    for item in items:
        made = field_of(item, values.get(item.key, ""), required=required)
        made.initial = initial(item, values.get(item.key, ""))
        found[PREFIX + item.key] = made
    return found


def given(form: forms.Form, items: Sequence[Field]) -> dict[str, str]:
    """Return what a form read of these fields, as actions take it."""
    return {item.key: _text(form.cleaned_data[PREFIX + item.key]) for item in items if PREFIX + item.key in form.cleaned_data}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)


def refuse(form: forms.Form, refused: Refused) -> None:
    """Put a refusal, and each of its parts, at the field that it is about."""
    for item in refused.parts or (refused,):
        name = f"{PREFIX}{item.field}"
        form.add_error(name if name in form.fields else item.field if item.field in form.fields else None, wording(item))


class Values(forms.Form):
    """What is filled in on one object. What a party is asked for need not be known to staff."""

    def __init__(self, data: Any = None, *, items: Sequence[Field], values: Mapping[str, str], staff: bool) -> None:
        super().__init__(data)
        self.fields.update(fields_of(items, values))
        for item in items:
            if staff and item.visibility == Field.Visibility.FILL:
                self.fields[PREFIX + item.key].required = False
