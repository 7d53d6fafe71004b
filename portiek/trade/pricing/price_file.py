"""A price list as a file: a PDF to read, Excel or CSV to work with. All three say the same prices."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import typst
import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.foundation.parties.models import Party, Portal
from portiek.trade.pricing import words
from portiek.trade.pricing.queries import Printed
from portiek.trade.pricing.rules import Tier
from portiek.ui import csv_file, format
from portiek.ui.colour import hex_of

MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}
TEMPLATE = Path(__file__).parent / "typst" / "prices.typ"


@dataclass(frozen=True, slots=True)
class About:
    """Whose prices, of which day, and whether VAT is in them."""

    portal: Portal
    party: Party
    day: date
    with_tax: bool


class Writer(Protocol):
    """Takes products with their prices and makes a file of them."""

    def add(self, rows: Iterable[Printed]) -> None:
        """Write products."""

    def close(self) -> None:
        """Finish the file."""


def _category(row: Printed) -> str:
    return row.product.category.label if row.product.category else _("Other products")


def _own_number(row: Printed) -> str:
    return getattr(row.product, "own_number", None) or ""


def _head(about: About) -> list[str]:
    price = _("Price incl. VAT") if about.with_tax else _("Price excl. VAT")
    return [_("Category"), _("Article number"), _("Your number"), _("EAN"), _("Description"), _("Unit"), _("From quantity"), price, _("Currency"), _("Counts for"), _("Prices of")]


def _lines(about: About, row: Printed) -> Iterator[list[str | Decimal | None]]:
    """Yield a line for each tier."""
    item, price = row.product, row.price
    for tier in price.table or (Tier(item.min_quantity, price.net, price.net),):
        counts = _("each further one") if tier.sliced else _("the whole quantity")
        yield [_category(row), item.sku, _own_number(row), item.ean, item.label, item.unit_label, tier.quantity, words.on_request() if tier.price is None else tier.price, price.currency, counts, about.day.isoformat()]


class Csv:
    """RFC 4180, in UTF-8 with the semicolons that Dutch Excel expects."""

    def __init__(self, path: Path, about: About) -> None:
        self._about, self._file = about, path.open("w", encoding="utf-8", newline="")
        self._file.write(csv_file.BOM)
        csv_file.write(self._file, [_head(about)])

    def add(self, rows: Iterable[Printed]) -> None:
        """Write products."""
        csv_file.write(self._file, (line for row in rows for line in _lines(self._about, row)))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Xlsx:
    """Excel: quantities and prices are numbers, all else is text in which nothing can run."""

    def __init__(self, path: Path, about: About) -> None:
        self._about, self._line = about, 0
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, **csv_file.TEXT_IS_TEXT})
        self._bold, self._number = self._book.add_format({"bold": True}), self._book.add_format({"num_format": "#,##0.00##"})
        self._sheet: Any = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, width in enumerate((26, 16, 16, 16, 48, 10, 14, 16, 8, 20, 20)):
            self._sheet.set_column(column, column, width)
        for column, cell in enumerate(_head(about)):
            self._sheet.write_string(0, column, cell, self._bold)

    def add(self, rows: Iterable[Printed]) -> None:
        """Write products."""
        for line in (line for row in rows for line in _lines(self._about, row)):
            self._line += 1
            for column, cell in enumerate(line):
                if isinstance(cell, Decimal):
                    self._sheet.write_number(self._line, column, cell, self._number if column == 7 else None)
                else:
                    self._sheet.write_string(self._line, column, csv_file.safe_cell(str(cell or "")))

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


class Pdf:
    """A PDF by category, in the company's look."""

    def __init__(self, path: Path, about: About) -> None:
        self._path, self._about = path, about
        self._found: list[tuple[str, dict[str, Any]]] = []

    def add(self, rows: Iterable[Printed]) -> None:
        """Take products."""
        self._found += [(_category(row), _printed(row)) for row in rows]

    def close(self) -> None:
        """Write the file."""
        about = self._about
        day = format.full_day(about.day)
        data = {
            "language": get_language() or "nl",
            "colour": hex_of(about.portal.hue, float(about.portal.chroma)),
            "portal": {"name": about.portal.name, "contact": [item for item in (about.portal.email, about.portal.phone) if item]},
            "title": _("Price list"),
            "facts": [(_("Customer"), f"{about.party.name} ({about.party.number})"), (_("Prices valid on"), day), (_("Made on"), format.full_day(timezone.localdate())), (_("Products"), format.quantity(len(self._found)))],
            "heads": [_("Article"), _("Description"), _("From quantity"), _("Price")],
            "groups": [{"name": name, "lines": [line for _name, line in lines]} for name, lines in groupby(self._found, key=lambda pair: pair[0])],
            "note": _("Prices per unit, incl. VAT, as they count on %(day)s. What is agreed later may change them.") % {"day": day} if about.with_tax else _("Prices per unit, excl. VAT, as they count on %(day)s. What is agreed later may change them.") % {"day": day},
        }
        self._path.write_bytes(typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True))


def _printed(row: Printed) -> dict[str, Any]:
    item, price = row.product, row.price
    own = _("your number %(number)s") % {"number": _own_number(row)} if _own_number(row) else ""
    tiers = words.tiers(price, item.unit_label, [None] * len(price.table)) or [(format.quantity(item.min_quantity, item.unit_label), words.on_request(), "")]
    note = words.tiers_note(price) if any(tier.sliced for tier in price.table) else ""
    return {"sku": item.sku, "name": item.label, "note": " · ".join(part for part in (own, _("per %(unit)s") % {"unit": item.unit_label}, note) if part), "from": [tier[0] for tier in tiers], "prices": [tier[1] for tier in tiers]}


WRITERS: dict[str, Callable[[Path, About], Writer]] = {"csv": Csv, "xlsx": Xlsx, "pdf": Pdf}
