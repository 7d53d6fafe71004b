"""Have a file read by the program of its own, a row at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile

import portiek
from portiek.edges.connectors.files import catalogue
from portiek.foundation.imports.workbook import Unreadable as Unreadable

# How many rows a page shows of a file, and proposals are made of.
SAMPLE = 20
# Signs of a cell on a page beside others.
SHOWN = 120


@contextmanager
def opened(path: Path, kind: str = "", most: int | None = None) -> Iterator[tuple[list[str], Iterator[tuple[int, list[Any]]]]]:
    """Open a file: its headings, and its rows as they come, of a catalogue those of one kind. Both raise Unreadable, also when the reader was ended by its own limits."""
    command = [sys.executable, "-m", "portiek.edges.connectors.files.reader", str(path), kind, *([str(most)] if most else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(portiek.__file__).parent.parent, env={}, text=True, encoding="utf-8") as running:
        try:
            rows = _rows(running)
            _number, heads = next(rows, (0, None))
            if heads is None:
                raise Unreadable("empty")
            yield [text(cell)[:120] for cell in heads], rows
        finally:
            running.kill()


def _rows(running: subprocess.Popen[str]) -> Iterator[tuple[int, list[Any]]]:
    assert running.stdout is not None
    for line in running.stdout:
        found = json.loads(line)
        if isinstance(found, dict):
            if found["end"]:
                raise Unreadable(found["end"])
            return
        yield found[0], found[1]
    raise Unreadable("large")


def shown(cell: Any) -> str:
    """Return a cell as a page shows it among others."""
    said = text(cell)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def text(cell: Any) -> str:
    """Return a cell as people read it."""
    return cell["number"] if isinstance(cell, dict) else str(cell)


def sample(path: Path, kind: str) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and the first rows of a file. Raises Unreadable."""
    with opened(path, kind, SAMPLE + 1) as (heads, rows):
        return heads, [cells for _number, cells in rows]


def kinds(path: Path) -> dict[str, bool]:
    """Return the kinds of records that a catalogue holds, and whether it holds all there is of them; nothing: it is no catalogue. Raises Unreadable, also for a catalogue without any."""
    with opened(path, catalogue.NAME) as (_heads, rows):
        return {text(cells[0]): cells[1] == "1" for _number, cells in rows}


@contextmanager
def brought(file: UploadedFile[bytes]) -> Iterator[Path]:
    """Lay a file that somebody sends where it can be read while he waits."""
    with NamedTemporaryFile(prefix="portiek-") as kept:
        for part in file.chunks():
            kept.write(part)
        kept.flush()
        yield Path(kept.name)
