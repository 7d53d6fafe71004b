"""The first sheet of a workbook that comes from outside, row by row: Excel, LibreOffice. For programs of their own; knows no Django and no settings."""

from __future__ import annotations

import datetime
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How what is surely no text begins.
NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"7z\xbc\xaf", b"Rar!")


class Unreadable(Exception):
    """The file cannot be taken; the argument is the code of why."""


def confine(memory: int, seconds: int) -> None:
    """Let this process have no more than so many bytes and seconds, write no file and leave nothing behind when it breaks."""
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (most, most))


def rows(path: Path, *, packed: bool, columns: int, height: int, unpacked: int) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of the first sheet that holds something, each with its number. `unpacked`: what all parts of a zip may become. Raises Unreadable with columns, rows, large or broken."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if packed:
            with zipfile.ZipFile(path) as parts:
                if sum(item.file_size for item in parts.infolist()) > unpacked or len(parts.infolist()) > 2000:
                    raise Unreadable("large")
        with CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.width > columns:
                    raise Unreadable("columns")
                if sheet.height > height:
                    raise Unreadable("rows")
                if sheet.height:
                    first = sheet.start[0] if sheet.start else 0
                    for number, cells in enumerate(sheet.iter_rows(), 1):
                        yield first + number, list(cells)
                    return
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as problem:
        raise Unreadable("broken") from problem


def value(cell: Any, longest: int) -> Any:
    """Return a cell as JSON keeps it: numbers apart from texts, since the one who reads decides how a number is written."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if cell != cell or abs(cell) > 1e15:
            return str(cell)
        return {"number": str(int(cell)) if cell == int(cell) else repr(cell)}
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str("" if cell is None else cell)[:longest].replace("\0", "\ufffd")
