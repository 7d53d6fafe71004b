"""Spreadsheets that go out: the template of a kind, and the report of an import in the same layout. Every cell is a text, and nothing in it can run."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portiek.foundation.imports.kinds import Column, Kind
from portiek.foundation.imports.models import ImportRow
from portiek.ui.csv_file import TEXT_IS_TEXT, safe_cell

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, **TEXT_IS_TEXT}
# What a list of choices in a cell of Excel may hold together.
LIST = 255


def _write(sheet: Any, line: int, cells: Sequence[str], kind: Any = None) -> None:
    for place, cell in enumerate(cells):
        sheet.write_string(line, place, safe_cell(cell)[:32_767], kind)


def template(kind: Kind, columns: Sequence[Column]) -> bytes:
    """Return an empty spreadsheet with the columns of a kind, choices to pick from, and a second sheet that explains them with an example."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, OPTIONS)
    bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@", "text_wrap": False})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Fill in")[:31])
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        # As text, so that Excel keeps the zero that a number begins with.
        sheet.set_column(place, place, max(14, len(str(column.label)) + 4), plain)
        choices = [str(choice) for choice in column.choices]
        if choices and len(",".join(choices)) <= LIST and not any("," in choice for choice in choices):
            sheet.data_validation(1, place, 10_000, place, {"validate": "list", "source": choices, "error_type": "warning"})
    _write(sheet, 0, [str(column.label) for column in columns], bold)
    help_ = book.add_worksheet(_("Explanation")[:31])
    for place, width in enumerate((30, 14, 70, 30)):
        help_.set_column(place, place, width)
    _write(help_, 0, [_("Column"), _("Needed"), _("What it is"), _("Example")], bold)
    for line, column in enumerate(columns, 1):
        words = [str(column.hint), ", ".join(str(choice) for choice in column.choices)]
        _write(help_, line, [str(column.label), _("yes") if column.required else "", ": ".join(word for word in words if word), column.example], wrap)
    _write(help_, len(columns) + 2, [_("A column that you leave out stays as it is; a cell that you empty is emptied.")])
    book.close()
    return made.getvalue()


def report(columns: Sequence[Column], rows: Iterable[tuple[ImportRow, str, str]]) -> bytes:
    """Return the rows of an import in its own columns, with what came of each and why: to mend and to bring in again."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {**OPTIONS, "constant_memory": True})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Rows")[:31])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 20)
    sheet.set_column(len(columns), len(columns) + 1, 40)
    _write(sheet, 0, [*(str(column.label) for column in columns), _("Result"), _("Reason")], bold)
    for line, (row, result, reason) in enumerate(rows, 1):
        _write(sheet, line, [*row.cells, result, reason])
    book.close()
    return made.getvalue()
