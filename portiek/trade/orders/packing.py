"""Fields for a quantity in one of a product's units: beside `quantity-<key>` stands `unit-<key>` where there are others than the sales unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.core.money import MAX_QUANTITY
from portiek.trade.catalog.models import ProductUnit
from portiek.trade.orders.queries.packs import Packs


class Line(Protocol):
    """A line of whatever is ordered again."""

    pk: Any
    name: str


class InUnits(forms.Form):
    """A form with a quantity for each of its lines, each in a unit of its product."""

    packs: Mapping[int, Packs]

    def ask_units(self, lines: Sequence[Line], packs: Mapping[int, Packs]) -> None:
        """Ask in which unit the quantity of each line is, of what has others than the sales unit."""
        self.packs = packs
        for line in lines:
            if (found := packs.get(line.pk)) and found.units:
                choices = [("", found.sales), *((unit.code, unit.name) for unit in found.units)]
                self.fields[f"unit-{line.pk}"] = forms.ChoiceField(label=_("Unit of %(name)s") % {"name": line.name}, choices=choices, required=False, initial=found.pack.code if found.pack else "")

    def unit_field(self, key: int) -> forms.BoundField | None:
        """Return the field of a line's unit, None where there is nothing to choose."""
        return self[f"unit-{key}"] if f"unit-{key}" in self.fields else None

    def pack(self, key: int) -> ProductUnit | None:
        """Return the unit in which the quantity of a line was given: that of the line where none was named."""
        found = self.packs.get(key)
        if found is None or f"unit-{key}" not in self.data:
            return found.pack if found else None
        return next((unit for unit in found.units if unit.code == self.cleaned_data.get(f"unit-{key}")), None)

    def chosen(self) -> dict[int, ProductUnit | None]:
        """Return the unit of each line whose product is there."""
        return {key: self.pack(key) for key in self.packs}

    def in_sales_unit(self, name: str = "quantity") -> dict[int, Decimal | None]:
        """Return the quantities that were given, of the sales unit, by line."""
        keys = [int(key.rpartition("-")[2]) for key in self.cleaned_data if key.startswith(f"{name}-")]
        return {key: None if (value := self.cleaned_data[f"{name}-{key}"]) is None else round(value * pack.factor, 3) if (pack := self.pack(key)) else value for key in keys}

    def clean(self) -> dict[str, Any]:
        """Refuse what is too much in the sales unit."""
        for key, quantity in self.in_sales_unit().items():
            if quantity is not None and (quantity > MAX_QUANTITY or (quantity == 0 and self.cleaned_data[f"quantity-{key}"])):
                self.add_error(f"quantity-{key}", wording(Refused("orders.not_a_quantity")))
        return self.cleaned_data
