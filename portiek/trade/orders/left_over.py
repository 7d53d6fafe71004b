"""The lines of a list that could not be taken, in the layout in which they came and with the reason behind each: to mend and to bring in again."""

from __future__ import annotations

import io
from collections.abc import Iterator

import xlsxwriter
from django.utils.translation import gettext as _

from portiek.foundation.imports.book import MEDIA, OPTIONS
from portiek.trade.orders import rules
from portiek.trade.orders import wording as words
from portiek.trade.orders.models import Draft
from portiek.trade.orders.queries import Look
from portiek.ui import csv_file
from portiek.ui.csv_file import safe_cell


def _rows(found: Look) -> Iterator[list[str]]:
    """Yield the headings, where there were any, and the lines; nothing in them can run."""
    draft = found.draft
    width = max(len(cells) for cells in [draft.heads, *(cells for _number, cells in draft.rows)])
    if draft.heads:
        yield [*map(safe_cell, draft.heads), *[""] * (width - len(draft.heads)), _("Reason")]
    reasons = {row.number: str(words.DRAFT[row.state]) for row in found.wrong}
    reasons |= dict.fromkeys((number for number, _cells in draft.rows[rules.MAX_LINES :]), str(words.DRAFT["over"]))
    for number, cells in draft.rows:
        if number in reasons:
            yield [*map(safe_cell, cells), *[""] * (width - len(cells)), reasons[number]]


def file_of(found: Look) -> tuple[bytes, str, str]:
    """Return the file, its media type and how its name ends: a text with the same separator and encoding, or a workbook."""
    written = found.draft.written
    if not written and found.draft.kind == Draft.Kind.FILE:
        made = io.BytesIO()
        book = xlsxwriter.Workbook(made, OPTIONS)
        sheet = book.add_worksheet()
        # As text, so that Excel keeps the zero that a number begins with.
        as_text = book.add_format({"num_format": "@"})
        for line, cells in enumerate(_rows(found)):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell[:32_767], as_text)
        book.close()
        return made.getvalue(), MEDIA, "xlsx"
    text = io.StringIO()
    csv_file.write(text, _rows(found), separator=written.get("separator") or ";")
    encoding = written.get("encoding") or "utf-8-sig"
    return text.getvalue().encode(encoding, "replace"), f"text/csv; charset={encoding.removesuffix('-sig')}", "csv"
