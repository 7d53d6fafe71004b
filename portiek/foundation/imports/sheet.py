"""Read a spreadsheet into rows of plain values: `python -m portiek.foundation.imports.sheet FILE`.

A program of its own, with little memory and little time, since files come from outside: what breaks it breaks nothing else. Knows no Django and no settings.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from portiek.foundation.imports import workbook
from portiek.foundation.imports.rules import LONGEST, MOST_COLUMNS, MOST_ROWS
from portiek.foundation.imports.workbook import NOT_TEXT, OLE, ZIP, Unreadable

MEMORY = 700 * 1024 * 1024
SECONDS = 20
# Of a zip: what all its parts may become together.
UNPACKED = 150 * 1024 * 1024


def rows(path: Path) -> list[tuple[int, list[Any]]]:
    """Return the rows of a file that hold something, each with its number in it. Raises Unreadable. What it is, its content says, not its name."""
    with path.open("rb") as file:
        head = file.read(8)
    found = _workbook(path, packed=head.startswith(ZIP)) if head.startswith((ZIP, OLE)) else _text(path.read_bytes())
    kept: list[tuple[int, list[Any]]] = []
    for number, cells in found:
        while cells and cells[-1] in ("", None):
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("file-columns")
        if len(kept) > MOST_ROWS:
            raise Unreadable("file-rows")
        kept.append((number, [workbook.value(cell, LONGEST + 1) for cell in cells]))
    if not kept:
        raise Unreadable("file-empty")
    return kept


def _workbook(path: Path, *, packed: bool) -> Iterator[tuple[int, list[Any]]]:
    try:
        yield from workbook.rows(path, packed=packed, columns=MOST_COLUMNS, height=MOST_ROWS * 2, unpacked=UNPACKED)
    except Unreadable as problem:
        raise Unreadable(f"file-{problem}") from problem


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content or content.startswith(NOT_TEXT):
        raise Unreadable("file-type")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable("file-type")


def _said(text: str) -> str:
    """Return the sign that Excel's own first line names, or nothing."""
    said = text[:10].splitlines()[:1]
    return said[0][4] if said and said[0].lower().startswith("sep=") and len(said[0]) == 5 else ""


def written(path: Path) -> dict[str, str]:
    """Return how a text is written: its encoding and what parts its cells. Nothing for a workbook. Raises Unreadable."""
    content = path.read_bytes()
    if content.startswith((ZIP, OLE)):
        return {}
    text, encoding = _decoded(content)
    return {"encoding": encoding if encoding != "utf-8-sig" or content.startswith(b"\xef\xbb\xbf") else "utf-8", "separator": _said(text) or _delimiter(text)}


def _text(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    text, _encoding = _decoded(content)
    if "\0" in text:
        raise Unreadable("file-type")
    if delimiter := _said(text):
        text = text.split("\n", 1)[-1]
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter or _delimiter(text))
    before = 0
    try:
        for cells in reader:
            yield before + 1 + bool(delimiter), list(cells)
            before = reader.line_num
    except csv.Error as problem:
        raise Unreadable("file-broken") from problem


def _delimiter(text: str) -> str:
    """Return what parts the cells: the sign of the three that stands most in the first line that holds something."""
    first: Iterable[str] = (line for line in text.splitlines() if line.strip())
    line = next(iter(first), "")
    return max(";,\t", key=lambda sign: (line.count(sign), sign == ";"))


def main(path: str) -> None:
    """Print the rows as JSON, or why there are none."""
    workbook.confine(MEMORY, SECONDS)
    try:
        answer: dict[str, Any] = {"rows": rows(Path(path)), "written": written(Path(path))}
    except Unreadable as problem:
        answer = {"problem": str(problem)}
    except MemoryError:
        answer = {"problem": "file-large"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
