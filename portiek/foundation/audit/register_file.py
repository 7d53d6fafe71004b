"""The register of processing as a file: CSV or Excel, every cell a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from portiek.foundation.audit.csv_file import BOM, safe_cell

Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows) -> bytes:
    """Return rows as RFC 4180, in UTF-8 with the semicolons that Dutch Excel expects."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=";", lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return (BOM + made.getvalue()).encode()


def as_xlsx(rows: Rows, head: int) -> bytes:
    """Return rows as Excel; row number `head` is bold."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet, bold, wrap = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate((28, 40, 40, 32, 40, 36, 32)):
        sheet.set_column(column, column, width)
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell, bold if line == head or (column == 0 and line < head) else wrap)
    sheet.freeze_panes(head + 1, 1)
    book.close()
    return made.getvalue()
