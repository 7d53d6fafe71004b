"""The shape of what people send about carts and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.money import MAX_QUANTITY
from portiek.foundation.fields import forms as own
from portiek.foundation.fields.models import Field
from portiek.foundation.imports.forms import ACCEPT
from portiek.foundation.parties.forms import AddressForm
from portiek.trade.orders import rules
from portiek.ui.fields import DecimalField


def _quantity(**options: Any) -> DecimalField:
    return DecimalField(
        label=_("Quantity"), min_value=options.pop("least", Decimal("0.001")), max_value=MAX_QUANTITY, decimal_places=3, max_digits=10, **options
    )


class AddToCart(forms.Form):
    """A product, by any of its numbers, and how much."""

    product = forms.CharField(label=_("Article number, EAN or your own number"), max_length=64)
    quantity = _quantity()


class ChangeLine(forms.Form):
    """Another quantity (0 takes the line out) or a note."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = _quantity(least=Decimal(0), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


ONEOFF = "once"
MOST_BYTES = 2 * 1024 * 1024


class CartDetails(forms.Form):
    """What holds for the whole order."""

    reference = forms.CharField(label=_("Your reference"), max_length=80, required=False, help_text=_("Comes back on confirmation, packing slip and invoice."))
    address = forms.ChoiceField(label=_("Delivery address"), required=False)
    wanted_date = forms.DateField(label=_("Wanted date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note to us"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *arguments: Any, addresses: list[Any], oneoff: str = "", usual: str = "", asked: Sequence[Field] = (), answers: Mapping[str, str] = MappingProxyType({}), going_on: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.asked = asked
        # What has to be filled in may wait until one goes on to order.
        self.fields.update(own.fields_of(asked, answers, required=None if going_on else False))
        first = [("", _("As usual: %(address)s") % {"address": usual} if usual else _("As usual")), *([(ONEOFF, _("Once: %(address)s") % {"address": oneoff})] if oneoff else [])]
        self.fields["address"].choices = [*first, *((str(item.pk), f"{item.label}: {item}" if item.label else str(item)) for item in addresses)]  # type: ignore[attr-defined]

    def where(self) -> dict[str, Any]:
        """Return the chosen address, or that the one-off one stays."""
        chosen = self.cleaned_data["address"]
        return {"address_id": int(chosen) if chosen not in ("", ONEOFF) else None, "oneoff": chosen == ONEOFF}

    def answers(self) -> dict[str, str]:
        """Return what was filled in in the portal's own fields."""
        return own.given(self, self.asked)

    def clean_wanted_date(self) -> Any:
        """Take a day from today on, within two years."""
        day = self.cleaned_data["wanted_date"]
        if not rules.may_want(day, timezone.localdate()):
            raise ValidationError(_("Choose a day from today on."))
        return day


class Oneoff(AddressForm):
    """An address for one order alone."""

    name = forms.CharField(label=_("Company or person"), max_length=200, required=False)

    field_order: ClassVar = ["name", "street", "postal_code", "city", "country"]  # type: ignore[misc]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["label"]


class Paste(forms.Form):
    """A list: pasted, or a file."""

    text = forms.CharField(
        label=_("Your list"),
        max_length=400_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One product a line: number and quantity, straight from Excel or with ; between them."),
    )
    file = forms.FileField(label=_("Or a file"), max_length=200, required=False, allow_empty_file=True, help_text=_("Excel, LibreOffice or CSV; at most 2 MB."), widget=forms.FileInput(attrs={"accept": ACCEPT}))

    def clean_file(self) -> Any:
        """Take a file of at most 2 MB: it is read while one waits."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Save only the columns that you need as a new file."))
        return file

    def clean(self) -> dict[str, Any]:
        """Take one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("text") and not given.get("file"):
            self.add_error("text", _("Paste your list here, or choose a file."))
        return given


class Submit(forms.Form):
    """The last click: the cart's key and the fingerprint of what was seen."""

    key = forms.CharField(max_length=64)
    seen = forms.CharField(max_length=64)
    content = forms.CharField(max_length=200000, required=False)


class Decide(forms.Form):
    """A decision about an order as it was seen."""

    seen = forms.CharField(max_length=64)
    step = forms.IntegerField(min_value=1, max_value=99, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Lowering(forms.Form):
    """How much of each line stays, and why; what is left open stays as it is."""

    seen = forms.CharField(max_length=64)
    step = forms.IntegerField(min_value=1, max_value=99, required=False)

    def __init__(self, *arguments: Any, lines: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = []
        for line in lines:
            self.fields[f"quantity-{line.position}"] = _quantity(least=Decimal(0), required=False)
            self.fields[f"quantity-{line.position}"].label = _("How much of %(name)s stays") % {"name": line.name}
            self.fields[f"reason-{line.position}"] = forms.CharField(label=_("Reason for %(name)s") % {"name": line.name}, max_length=200, required=False)
            self.rows.append((line, self[f"quantity-{line.position}"], self[f"reason-{line.position}"]))

    def lower(self) -> dict[int, tuple[Decimal, str]]:
        """Return what was filled in, by the position of the line: how much stays, and why."""
        return {line.position: (quantity, self.cleaned_data[f"reason-{line.position}"]) for line, *_rest in self.rows if (quantity := self.cleaned_data[f"quantity-{line.position}"]) is not None}


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Lookback(forms.Form):
    """For how many days the same reference is asked about."""

    days = forms.IntegerField(label=_("Days"), min_value=0, max_value=rules.MOST_LOOKBACK, help_text=_("0: never. A colleague's order of nearly the same products is asked about for a week, always."))
