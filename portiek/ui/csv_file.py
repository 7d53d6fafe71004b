"""Spreadsheets in which nothing runs when they are opened: as text (CSV), and how workbooks are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import IO

from portiek.ui import format

# OWASP: a cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | Decimal | None
# A workbook in which a text is a text.
TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


def safe_cell(value: str) -> str:
    """Return a cell that is text and never a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def write(out: IO[str], rows: Iterable[Iterable[Cell]], *, separator: str = ";") -> None:
    """Write rows as RFC 4180, with the semicolons that Dutch Excel expects. Text is text; a number is written as the reader types it, None as nothing."""
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([safe_cell(cell) if isinstance(cell, str) else "" if cell is None else format.decimal_input(Decimal(cell)) for cell in row] for row in rows)


def as_csv(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Return rows as a file in UTF-8."""
    made = io.StringIO(newline="")
    write(made, rows)
    return (BOM + made.getvalue()).encode()
