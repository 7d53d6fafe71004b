"""The file of an export: CSV, Excel or JSON Lines, written to disk a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.foundation.audit.queries import Entry
from portiek.ui import csv_file

MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "jsonl": "application/jsonl"}
# What Excel holds: a sheet's rows, less the heading; the rest goes on another sheet.
SHEET_ROWS = 1_000_000


class Writer(Protocol):
    """Takes rows of the log and makes a file of them."""

    def add(self, rows: Iterable[tuple[Entry, dict[str, Any]]]) -> None:
        """Write rows: each in words, and as it is sealed."""

    def close(self) -> None:
        """Finish the file."""


def _head() -> list[str]:
    return [_("When"), _("Who"), _("By way of"), _("What"), _("Changed"), _("Company"), _("Number of the company"), _("Fact"), _("Reference")]


def _cells(entry: Entry) -> list[str]:
    changed = "; ".join(f"{label}: {old} → {new}" for label, old, new in entry.changes)
    moment = timezone.localtime(entry.at).isoformat(timespec="seconds")
    return [cell.replace("\0", "") for cell in (moment, entry.who, entry.by, entry.text, changed, entry.party, entry.party_number, entry.name, entry.subject)]


class Csv:
    """RFC 4180, in UTF-8 with the semicolons that Dutch Excel expects."""

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(csv_file.BOM)
        csv_file.write(self._file, [_head()])

    def add(self, rows: Iterable[tuple[Entry, dict[str, Any]]]) -> None:
        """Write rows."""
        csv_file.write(self._file, (_cells(entry) for entry, _sealed in rows))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Xlsx:
    """Excel, every cell a text: nothing in it can run."""

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, **csv_file.TEXT_IS_TEXT})
        self._bold = self._book.add_format({"bold": True})
        self._line = SHEET_ROWS
        self._sheet: Any = None

    def add(self, rows: Iterable[tuple[Entry, dict[str, Any]]]) -> None:
        """Write rows."""
        for entry, _sealed in rows:
            if self._line >= SHEET_ROWS:
                self._next_sheet()
            self._line += 1
            self._write(self._line, [csv_file.safe_cell(cell) for cell in _cells(entry)])

    def _next_sheet(self) -> None:
        self._sheet, self._line = self._book.add_worksheet(), 0
        self._sheet.freeze_panes(1, 0)
        for column, width in enumerate((22, 24, 14, 60, 40, 28, 12, 32, 24)):
            self._sheet.set_column(column, column, width)
        self._write(0, _head(), self._bold)

    def _write(self, line: int, cells: Sequence[str], kind: Any = None) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(line, column, cell[:32_767], kind)

    def close(self) -> None:
        """Finish the file, with a heading also when there is nothing."""
        if self._sheet is None:
            self._next_sheet()
        self._book.close()


class Jsonl:
    """One JSON object a line: the first says what it is, each next one is a fact as it is sealed."""

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._line(about)

    def _line(self, value: dict[str, Any]) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")

    def add(self, rows: Iterable[tuple[Entry, dict[str, Any]]]) -> None:
        """Write rows."""
        for entry, sealed in rows:
            self._line({**sealed, "words": entry.text, "party_name": entry.party})

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


WRITERS: dict[str, Callable[[Path, dict[str, Any]], Writer]] = {"csv": Csv, "xlsx": Xlsx, "jsonl": Jsonl}
