"""Cells of a spreadsheet that a form of a row reads as people write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.foundation.fields import rules
from portiek.ui.fields import DecimalField
from portiek.ui.format import decimal_input, parse_decimal

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")


class Day(forms.Field):
    """A day, as 2026-12-31 or as 31-12-2026; the day stands before the month in every language."""

    default_error_messages = {"invalid": _("Write a day, such as 31-12-2026.")}

    def to_python(self, value: Any) -> date | None:
        """Return the day, or None for nothing. Raises ValidationError."""
        kept = rules.read("date", str(value or ""))
        if kept is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return rules.day(kept)


class Amount(DecimalField):
    """A price, with comma or point. One that means a thousand times as much in another language is refused: "1.234" of who writes commas."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take it for an IntegerField
        """Read the amount. Raises ValidationError."""
        text = "".join(str(value or "").split())
        if (found := _THOUSANDS.fullmatch(text)) and parse_decimal(text) == (whole := Decimal(text.replace(found[1], ""))):
            raise ValidationError(_("Is this %(whole)s or %(small)s? Write it as one of these."), code="unsure", params={"whole": f"{decimal_input(whole)}{decimal_input('0.00')[1:]}", "small": f"{decimal_input(whole / 1000)}0"})
        return super().to_python(value)
