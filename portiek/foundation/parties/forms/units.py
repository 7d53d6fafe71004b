"""The shape of a branch, department or project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.foundation.parties import rules
from portiek.foundation.parties.models import Unit


class UnitForm(forms.Form):
    """A branch, department or project and its place in the tree."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices, widget=forms.RadioSelect)
    parent = forms.ChoiceField(label=_("Part of"), required=False)
    code = forms.CharField(label=_("Code"), max_length=20, required=False, help_text=_("Your own short name for it, such as a cost centre or project number."))
    branch_number = forms.CharField(label=_("Branch number"), max_length=16, required=False, help_text=_("Of the Chamber of Commerce: twelve figures."), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    delivery_address = forms.ChoiceField(label=_("Delivery address"), required=False)
    invoice_address = forms.ChoiceField(label=_("Invoice address"), required=False)

    def __init__(self, *arguments: Any, units: Sequence[Any], addresses: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._units, self._addresses = {str(unit.pk): unit for unit in units}, {str(address.pk): address for address in addresses}
        self._choose("parent", [("", _("Whole company")), *[(key, unit.indented) for key, unit in self._units.items()]])
        for name, right in (("delivery_address", "is_delivery"), ("invoice_address", "is_invoice")):
            self._choose(name, [("", _("As usual")), *[(key, f"{item.label}: {item}" if item.label else str(item)) for key, item in self._addresses.items() if getattr(item, right)]])
            if len(self.fields[name].choices) == 1:  # type: ignore[attr-defined]
                del self.fields[name]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_branch_number(self) -> str:
        """Return twelve figures or nothing. Raises ValidationError."""
        figures = rules.read_number("branch_number", str(self.cleaned_data["branch_number"]))
        if figures is None:
            raise ValidationError(wording(Refused("branch_number-wrong")))
        return figures

    def values(self) -> dict[str, Any]:
        """Return what was filled in, addresses as rows; the unit above apart, by `above`."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "parent"}
        return found | {name: self._addresses.get(found[name]) for name in ("delivery_address", "invoice_address") if name in found}

    def above(self) -> Any:
        """Return the unit above, or None at the top."""
        return self._units.get(self.cleaned_data["parent"])
