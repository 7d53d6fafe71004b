"""The register of processing as a file: CSV or Excel, every cell a text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from portiek.ui.csv_file import TEXT_IS_TEXT

Rows = Sequence[Sequence[str]]


def as_xlsx(rows: Rows, head: int) -> bytes:
    """Return rows as Excel; row number `head` is bold."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, **TEXT_IS_TEXT})
    sheet, bold, wrap = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate((28, 40, 40, 32, 40, 36, 32)):
        sheet.set_column(column, column, width)
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell, bold if line == head or (column == 0 and line < head) else wrap)
    sheet.freeze_panes(head + 1, 1)
    book.close()
    return made.getvalue()
