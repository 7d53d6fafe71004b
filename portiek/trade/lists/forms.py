"""The shape of what people type about order lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.money import MAX_QUANTITY
from portiek.foundation.parties.models import Unit
from portiek.trade.lists import rules
from portiek.trade.lists.actions import Line
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.orders.packing import InUnits
from portiek.trade.orders.queries.packs import Packs
from portiek.trade.orders.rules import in_packs
from portiek.ui.fields import DecimalField


def _quantity(label: Any, *, least: str = "0.001", **options: Any) -> DecimalField:
    return DecimalField(label=label, min_value=Decimal(least), max_value=MAX_QUANTITY, decimal_places=3, max_digits=10, **options)


SCOPES = [(rules.PERSONAL, _("Only I")), (rules.UNIT, _("A branch, department or project")), (rules.COMPANY, _("My whole company"))]


class Listing(forms.Form):
    """What a list is called and who sees it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    scope = forms.ChoiceField(label=_("Who sees it"), choices=SCOPES, widget=forms.RadioSelect, initial=rules.PERSONAL)
    unit = forms.ChoiceField(label=_("Branch, department or project"), required=False, help_text=_("Who works there, above it or below it sees the list."))

    def __init__(self, *arguments: Any, units: Sequence[Unit], may_share: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["unit"].choices = [("", _("None")), *((str(row.pk), row.indented) for row in units)]  # type: ignore[attr-defined]
        if not units:
            del self.fields["unit"]
            self.fields["scope"].choices = [choice for choice in SCOPES if choice[0] != rules.UNIT]  # type: ignore[attr-defined]
        if not may_share:
            self.fields.pop("unit", None)
            del self.fields["scope"]

    def values(self) -> dict[str, Any]:
        """Return what the actions take."""
        found = self.cleaned_data
        return {"name": found["name"], "scope": found.get("scope") or rules.PERSONAL, "unit_id": int(found["unit"]) if found.get("unit") else None}


class PutOn(forms.Form):
    """On which list something is put: one that is there, or a new one."""

    to = forms.ChoiceField(label=_("List"), required=False)
    name = forms.CharField(label=_("Name of the new list"), max_length=80, required=False)

    def __init__(self, *arguments: Any, lists: Sequence[OrderList], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["to"].choices = [("", _("A new list")), *((str(row.pk), row.name) for row in lists)]  # type: ignore[attr-defined]


class AddLine(forms.Form):
    """A product, by any of its numbers, and how much is usual."""

    product = forms.CharField(label=_("Article number, EAN or your own number"), max_length=64)
    quantity = _quantity(_("Quantity"))


class Ordering(InUnits):
    """What is asked of each line, and what is on the shelf of those with a minimum stock, of the sales unit."""

    def __init__(self, *arguments: Any, lines: Sequence[ListLine], packs: Mapping[int, Packs], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for line in lines:
            self.fields[f"quantity-{line.pk}"] = _quantity(_("Quantity of %(name)s") % {"name": line.name}, least="0", required=False)
            if line.par is not None:
                self.fields[f"shelf-{line.pk}"] = _quantity(_("On the shelf of %(name)s") % {"name": line.name}, least="0", required=False)
        self.ask_units(lines, packs)

    def shelf(self) -> dict[int, Decimal | None]:
        """Return what is on the shelf, by line."""
        return {int(key.rpartition("-")[2]): value for key, value in self.cleaned_data.items() if key.startswith("shelf-")}


class Lines(InUnits):
    """The lines of a list: how much in which unit, the minimum stock, a note and the place of each, and which go out."""

    def __init__(self, *arguments: Any, lines: Sequence[ListLine], packs: Mapping[int, Packs], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = []
        for place, line in enumerate(lines, 1):
            named = {"name": line.name}
            made = {
                "place": forms.IntegerField(label=_("Place of %(name)s") % named, min_value=1, max_value=rules.MOST_LINES, initial=place),
                "quantity": _quantity(_("Quantity of %(name)s") % named, initial=in_packs(line.quantity, packs[line.pk].factor if line.pk in packs else None)),
                "par": _quantity(_("Minimum stock of %(name)s") % named, required=False, initial=line.par),
                "note": forms.CharField(label=_("Note with %(name)s") % named, max_length=200, required=False, initial=line.note),
            }
            self.fields.update({f"{name}-{line.pk}": field for name, field in made.items()})
            self.rows.append((line, {name: self[f"{name}-{line.pk}"] for name in made}))
        self.ask_units(lines, packs)

    def values(self) -> dict[int, Line]:
        """Return what each line becomes."""
        given, quantities = self.cleaned_data, self.in_sales_unit()
        return {line.pk: Line(quantities[line.pk] or Decimal(0), given[f"par-{line.pk}"], given[f"note-{line.pk}"], given[f"place-{line.pk}"]) for line, _fields in self.rows}
