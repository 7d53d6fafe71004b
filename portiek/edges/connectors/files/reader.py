"""Read a file of an ERP row by row: `python -m portiek.edges.connectors.files.reader FILE KIND [ROWS]` prints its headings and then each row as a line of JSON.

KIND counts for a catalogue alone (BMEcat, ETIM xChange, Peppol), which holds several kinds of records; the kind `catalogue` says which ones these are.

A program of its own, with little memory and limited time, since files come from outside: what breaks it breaks nothing else. Text is streamed, so its length
does not matter; of a workbook the first sheet that holds something is read. Knows no Django and no settings.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from portiek.edges.connectors.files import bmecat, catalogue, peppol, xchange
from portiek.foundation.imports import workbook
from portiek.foundation.imports.workbook import NOT_TEXT, OLE, ZIP, Unreadable

MEMORY = 1024 * 1024 * 1024
SECONDS = 600
MOST_COLUMNS = 200
MOST_ROWS = 2_000_000
# Of one line and one cell: what is longer is no row of an ERP.
LINE = 1_000_000
CELL = 20_001
UNPACKED = 400 * 1024 * 1024
SEPARATORS = ";\t|,"


# What an xChange file begins with.
_XCHANGE = re.compile(r'"(?:CatalogueId|SchemaVersion|CatalogueType)"\s*:')


def rows(path: Path, kind: str = "") -> Iterator[tuple[int, list[Any]]]:
    """Yield the headings and then each row, with the number of its line; a cell is a text, or {"number": text} where the file itself says that it is one. Raises Unreadable."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith((ZIP, OLE)):
        found = _workbook(path, packed=head.startswith(ZIP))
    elif head.startswith(NOT_TEXT):
        raise Unreadable("not_text")
    else:
        found = _catalogue(path, kind) or _text(path)
    count = 0
    for number, cells in found:
        while cells and cells[-1] in ("", None):
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("columns_many")
        count += 1
        if count > MOST_ROWS:
            raise Unreadable("rows_many")
        yield number, cells
    if not count:
        raise Unreadable("empty")


def _text(path: Path) -> Iterator[tuple[int, list[Any]]]:
    encoding = _encoding(path)
    return _objects(path, encoding) if _begins(path, encoding).startswith("{") else _table(path, encoding)


def _catalogue(path: Path, kind: str) -> Iterator[tuple[int, list[Any]]] | None:
    """Return the rows of one kind in a catalogue, or which kinds it has; None: it is no catalogue."""
    with path.open("rb") as file:
        begin = file.read(4000)
    head = begin.decode("utf-16" if begin[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "ignore").lstrip()
    make = peppol if head.startswith("<") and peppol.NAMESPACE in head else bmecat if head.startswith("<") else xchange if head.startswith("{") and _XCHANGE.search(head) else None
    if make is None:
        return iter([(1, ["kind", "whole"])]) if kind == catalogue.NAME else None
    if kind == catalogue.NAME:
        return _kinds(make.table, path, is_whole=not make.is_update(path))
    if kind not in catalogue.KINDS:
        raise Unreadable("not_catalogue")
    return make.table(path, kind)


def _kinds(table: Callable[[Path, str], Iterator[tuple[int, list[Any]]]], path: Path, *, is_whole: bool) -> Iterator[tuple[int, list[Any]]]:
    yield 1, ["kind", "whole"]
    found = [kind for kind in catalogue.KINDS if len(list(islice(table(path, kind), 2))) > 1]
    if "product" not in found:
        raise Unreadable("not_catalogue")
    yield from ((place, [kind, "1" if is_whole else "0"]) for place, kind in enumerate(found, 2))


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the lines of a text, none of them longer than a row can be."""
    with path.open(encoding=encoding, newline="") as file:
        while line := file.readline(LINE + 1):
            if len(line) > LINE:
                raise Unreadable("line_long")
            if "\0" in line:
                raise Unreadable("not_text")
            yield line


def _encoding(path: Path) -> str:
    """Return how a text is written: as its first bytes say, else as UTF-8, else as Windows-1252."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        for encoding in ("utf-8", "cp1252"):
            if _fits(file, encoding):
                return "utf-8-sig" if encoding == "utf-8" else encoding
    raise Unreadable("not_text")


def _fits(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(1 << 20):
            if b"\0" in chunk:
                raise Unreadable("not_text")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _begins(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        return file.read(200).lstrip()


def _table(path: Path, encoding: str) -> Iterator[tuple[int, list[Any]]]:
    lines = _lines(path, encoding)
    first = next((line for line in lines if line.strip()), "")
    said = first[4] if first.casefold().startswith("sep=") and len(first.strip("\r\n")) == 5 else ""
    separator = said or max(SEPARATORS, key=lambda sign: (first.count(sign), -SEPARATORS.index(sign)))
    csv.field_size_limit(CELL)
    before = 0
    try:
        # A quote that is never closed makes one cell of all that follows: the limit of a cell ends that.
        reader = csv.reader(_lines(path, encoding), delimiter=separator)
        for cells in reader:
            if not (said and before == 0):
                yield before + 1, list(cells)
            before = reader.line_num
    except csv.Error as problem:
        raise Unreadable("cell_long" if "limit" in str(problem) else "broken") from problem
    except UnicodeError as problem:
        raise Unreadable("not_text") from problem


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield JSON Lines as a table: the keys of the first thousand objects are its headings, objects in objects are joined by a dot, and a list of objects makes a row of each."""
    heads: dict[str, int] = {}
    for _number, found in islice(_flat(path, encoding), 1000):
        for name in found:
            heads.setdefault(name, len(heads))
    if len(heads) > MOST_COLUMNS:
        raise Unreadable("columns_many")
    yield 1, list(heads)
    for number, found in _flat(path, encoding):
        cells: list[Any] = [""] * len(heads)
        for name, value in found.items():
            if name in heads:
                cells[heads[name]] = value
        yield number, cells


def _flat(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_lines(path, encoding), 1):
        if not line.strip():
            continue
        try:
            made = json.loads(line, parse_float=_Number, parse_int=_Number)
        except (ValueError, RecursionError) as problem:
            raise Unreadable("broken") from problem
        if not isinstance(made, dict):
            raise Unreadable("broken")
        several = {name: value for name, value in made.items() if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)}
        if len(several) > 1:
            raise Unreadable("lists_many")
        one = _cells({name: value for name, value in made.items() if name not in several}, "")
        for name, items in several.items():
            for item in items:
                yield number, one | _cells(item, f"{name}.")
        if not several:
            yield number, one


class _Number(str):
    """A number as the file writes it."""


def _cells(made: dict[str, Any], place: str, deep: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in made.items():
        if isinstance(value, dict):
            if deep > 4:
                raise Unreadable("broken")
            found |= _cells(value, f"{place}{name}.", deep + 1)
        else:
            found[f"{place}{name}"[:120]] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, _Number):
        return {"number": str(value)[:60]}
    if isinstance(value, list):
        return ";".join(str(item) for item in value)[:CELL]
    return "" if value is None else ("1" if value else "0") if isinstance(value, bool) else str(value)[:CELL].replace("\0", "\ufffd")


def _workbook(path: Path, *, packed: bool) -> Iterator[tuple[int, list[Any]]]:
    try:
        for number, cells in workbook.rows(path, packed=packed, columns=MOST_COLUMNS, height=MOST_ROWS, unpacked=UNPACKED):
            yield number, [workbook.value(cell, CELL) for cell in cells]
    except Unreadable as problem:
        raise Unreadable({"columns": "columns_many", "rows": "rows_many"}.get(str(problem), str(problem))) from problem


def main(path: str, kind: str, most: int | None = None) -> None:
    """Print the rows, and last why there are no more: {"end": ""} or the code of a problem. The end is missing when this program is."""
    workbook.confine(MEMORY, SECONDS)
    end = ""
    try:
        for number, cells in islice(rows(Path(path), kind), most):
            sys.stdout.write(json.dumps([number, cells], ensure_ascii=True, separators=(",", ":")) + "\n")
    except Unreadable as problem:
        end = str(problem)
    except MemoryError:
        end = "large"
    except UnicodeError:
        end = "not_text"
    sys.stdout.write(json.dumps({"end": end}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None)
