"""The shape of what people send about quotes: rows of lines, and what holds for the whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portiek.core.money import MAX_QUANTITY
from portiek.trade.quotes import rules
from portiek.trade.quotes.actions import Offer, Signature, Wish
from portiek.trade.quotes.models import Line
from portiek.trade.quotes.models import Terms as Terms_
from portiek.ui.fields import DecimalField

# How many empty rows a form has, and how many come with one press.
EMPTY = 3
MOST_PRICE = Decimal("99999999.9999")
MOST_BYTES = 20 * 1024 * 1024


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _text(label: Any, length: int, rows: int = 0, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, widget=forms.Textarea(attrs={"rows": rows}) if rows else None, **options)


@dataclass(frozen=True)
class Row:
    """One row of a form as a page draws it: its fields by name, and the line that it is about."""

    fields: Mapping[str, Any]
    line: Line | None


class Rows(forms.Form):
    """Rows of lines, of which empty ones say nothing. `rows` says how many there are; a page asks for more by sending a larger number."""

    rows = forms.IntegerField(min_value=1, max_value=rules.MOST_LINES, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, lines: Sequence[Line] = (), start: Sequence[Mapping[str, Any]] = (), empty: int = EMPTY, **options: Any) -> None:
        super().__init__(data, **options)
        self.lines = lines
        first = max(len(lines), len(start)) + empty
        sent = str((data or {}).get("rows", ""))
        self.count = min(int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else first, rules.MOST_LINES)
        self.initial["rows"] = self.count
        self.drawn: list[Row] = []
        for place in range(self.count):
            line = lines[place] if place < len(lines) else None
            made = self.row(place, line)
            given = start[place] if place < len(start) else self.begin(line) if line else {}
            for name, field in made.items():
                self.fields[f"{name}-{place}"] = field
                if given.get(name) not in (None, ""):
                    self.initial[f"{name}-{place}"] = given[name]
            self.drawn.append(Row({name: self[f"{name}-{place}"] for name in made}, line))

    def row(self, place: int, line: Line | None) -> dict[str, forms.Field]:
        """Return the fields of one row."""
        number = {"number": place + 1}
        return {
            "what": forms.CharField(label=_("Article number or what you need, line %(number)s") % number, max_length=200, required=False),
            "quantity": DecimalField(label=_("Quantity, line %(number)s") % number, min_value=Decimal("0.001"), max_value=MAX_QUANTITY, decimal_places=3, max_digits=10, required=False),
        }

    def begin(self, line: Line) -> dict[str, Any]:
        """Return what stands in the row of a line before anything is typed."""
        return {"what": line.sku or line.name, "quantity": line.quantity}

    def filled(self, place: int) -> dict[str, Any] | None:
        """Return what a row says; None where it says nothing."""
        found = {name: self.cleaned_data.get(f"{name}-{place}") for name in self.drawn[place].fields}
        return found if found["what"] or found["quantity"] else None

    def where(self, field: str | None) -> str | None:
        """Return the field of the form that an action means: it counts the rows that say something."""
        name, _sign, place = (field or "").partition("-")
        filled = [number for number in range(self.count) if self.filled(number)]
        found = f"{name}-{filled[int(place)]}" if place.isdigit() and int(place) < len(filled) else field
        return found if found in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a row that is half filled in."""
        given: dict[str, Any] = super().clean() or {}
        for place in range(self.count):
            what, quantity = given.get(f"what-{place}"), given.get(f"quantity-{place}")
            if bool(what) != (quantity is not None) and f"quantity-{place}" not in self.errors:
                self.add_error(f"quantity-{place}" if what else f"what-{place}", _now("Fill in both what it is and how much."))
        return given


class Wishes(Rows):
    """Lines as a party asks for them."""

    def row(self, place: int, line: Line | None) -> dict[str, forms.Field]:
        """Return the fields of one row."""
        number = {"number": place + 1}
        return {
            **super().row(place, line),
            "target": DecimalField(label=_("Target price each, line %(number)s") % number, min_value=Decimal(0), max_value=MOST_PRICE, decimal_places=4, max_digits=12, required=False),
            "remark": _text(_("Remark, line %(number)s") % number, 300),
        }

    def begin(self, line: Line) -> dict[str, Any]:
        """Return what stands in the row of a line before anything is typed; a target of an earlier round is said anew."""
        return {**super().begin(line), "remark": ""}

    def wishes(self) -> list[Wish]:
        """Return the rows that say something."""
        return [Wish(found["what"], found["quantity"], found["target"], found["remark"], row.line.key if row.line else 0) for place, row in enumerate(self.drawn) if (found := self.filled(place))]


class Request(Wishes):
    """A request for a quote."""

    reference = _text(_("Your reference"), 80)
    wanted_date = _day(label=_("Wanted date"), required=False)
    note = _text(_("Note to us"), 2000, 3)
    file = forms.FileField(label=_("A file, such as a drawing or a list"), max_length=200, required=False, help_text=_("At most 20 MB."))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.initial.setdefault("key", secrets.token_urlsafe(24))

    def clean_file(self) -> Any:
        """Take a file of at most 20 MB."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError(_now("This file is larger than 20 MB."))
        return file


class Counter(Wishes):
    """What a party proposes instead of what was offered."""

    version = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput())
    note = _text(_("Note to us"), 2000, 3)


class Offering(Rows):
    """What staff offer, line by line. An open price: the line is not offered."""

    version = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput())
    valid_until = _day(label=_("Valid until and including"))
    conditions = _text(_("Conditions"), 2000, 2, help_text=_("Such as delivery, payment or a minimum. They stand on the quote and its PDF."))
    note = _text(_("Note to the customer"), 2000, 3)

    def row(self, place: int, line: Line | None) -> dict[str, forms.Field]:
        """Return the fields of one row."""
        number = {"number": place + 1}
        others = [(str(other.key), f"{other.sku or other.name[:40]}") for other in self.lines if other.instead_of is None and (line is None or other.key != line.key)]
        return {
            **super().row(place, line),
            "price": DecimalField(label=_("Price each excl. VAT, line %(number)s") % number, min_value=Decimal(0), max_value=MOST_PRICE, decimal_places=4, max_digits=12, required=False),
            "remark": _text(_("Remark, line %(number)s") % number, 300),
            "optional": forms.BooleanField(label=_("Optional"), required=False),
            "instead": forms.ChoiceField(label=_("Alternative for, line %(number)s") % number, choices=[("", _("No alternative")), *others], required=False),
        }

    def begin(self, line: Line) -> dict[str, Any]:
        """Return what stands in the row of a line before anything is typed."""
        return {**super().begin(line), "price": line.price, "remark": "", "optional": line.optional, "instead": str(line.instead_of or "")}

    def offers(self) -> list[Offer]:
        """Return the rows that say something."""
        return [Offer(found["what"], found["quantity"], found["price"], found["remark"], found["optional"], int(found["instead"]) if found["instead"] else None, row.line.key if row.line else 0)
                for place, row in enumerate(self.drawn) if (found := self.filled(place))]


class Text(forms.Form):
    """A question, an answer or a note."""

    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class Reason(forms.Form):
    """Why, with the version that was looked at."""

    version = forms.IntegerField(min_value=1, max_value=9999, required=False, widget=forms.HiddenInput())
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Accept(forms.Form):
    """What binds an acceptance: the fingerprint of the version, the key of this one order and what was chosen."""

    seen = forms.CharField(max_length=64)
    key = forms.CharField(max_length=64)


class Sign(forms.Form):
    """Who accepts, in which capacity, and that he agrees with the general conditions where the portal names some."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    capacity = forms.CharField(label=_("Capacity"), max_length=120, help_text=_("As what you accept for your company, such as director or buyer."), widget=forms.TextInput(attrs={"autocomplete": "organization-title"}))
    agree = forms.BooleanField(label="", error_messages={"required": _("Say that you agree with these conditions.")})
    terms = forms.CharField(max_length=40, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, terms: Terms_, **options: Any) -> None:
        super().__init__(data, prefix="sign", **options)
        self.initial["terms"] = terms.version
        self.fields["agree"].label = _now("I agree with %(terms)s") % {"terms": terms.called}
        if not terms.name:
            del self.fields["agree"], self.fields["terms"]

    def signature(self) -> Signature:
        """Return what was signed."""
        return Signature(self.cleaned_data["name"], self.cleaned_data["capacity"], self.cleaned_data.get("terms", ""))


class Parts(forms.Form):
    """How much of each line is ordered now; an open field: nothing."""

    def __init__(self, data: Any = None, *, lines: Sequence[Line], **options: Any) -> None:
        super().__init__(data, **options)
        for line in lines:
            self.fields[f"part-{line.key}"] = DecimalField(label=_("How much of %(name)s") % {"name": line.name}, min_value=Decimal(0), max_value=MAX_QUANTITY, decimal_places=3, max_digits=13, required=False)

    def wanted(self) -> dict[int, Decimal]:
        """Return how much is wanted, by the key of the line."""
        return {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items() if value}


class Terms(forms.Form):
    """How the portal makes quotes."""

    days = forms.IntegerField(label=_("Days that an offer holds"), min_value=1, max_value=rules.MOST_DAYS, help_text=_("Proposed with each offer; who makes it can choose another day."))
    late = forms.BooleanField(label=_("An expired quote can still be accepted"), required=False, help_text=_("Its prices then hold on after its last day, until you make a new version or end it."))
    name = _text(_("Name of your general conditions"), 120, help_text=_("Who accepts a quote agrees with them. Empty: none are named."))
    version = _text(_("Version of them"), 40, help_text=_("A number or a date, by which they are known later."))
    link = _text(_("Where they are to be read"), 300, help_text=_("A page of the portal, such as /catalog/, or an address that begins with https://."))
