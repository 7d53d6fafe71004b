"""Have a spreadsheet read by a program of its own, and write its cells as people write them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile

import portiek
from portiek.core.errors import Refused
from portiek.foundation.imports import errors as errors
from portiek.foundation.imports import rules
from portiek.ui.format import decimal_input

SECONDS = 60


@dataclass(frozen=True)
class Sheet:
    """The headings of a spreadsheet, and its rows with their numbers. `first`: the number of the headings; `written`: encoding and separator of a text."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]
    first: int = 1
    written: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, *, seconds: int = SECONDS) -> Sheet:
    """Return what is in a spreadsheet. Raises Refused for what is none, is broken, is too large or takes too long."""
    try:
        done = subprocess.run([sys.executable, "-m", "portiek.foundation.imports.sheet", str(path)], capture_output=True, timeout=seconds, cwd=Path(portiek.__file__).parent.parent, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("file-large") from None
    if done.returncode != 0:  # ended by its own limits
        raise Refused("file-large")
    found = json.loads(done.stdout)
    if "problem" in found:
        raise Refused(found["problem"], most=rules.MOST_ROWS, columns=rules.MOST_COLUMNS)
    rows = [(number, [_written(cell) for cell in cells]) for number, cells in found["rows"]]
    return Sheet(rows[0][1], rows[1:], rows[0][0], found["written"])


def read_sent(file: UploadedFile[bytes], *, seconds: int = SECONDS) -> Sheet:
    """Return what is in a spreadsheet that somebody sends and waits for. Raises Refused as `read` does."""
    with NamedTemporaryFile(prefix="portiek-") as kept:
        for part in file.chunks():
            kept.write(part)
        kept.flush()
        return read(Path(kept.name), seconds=seconds)


def _written(cell: Any) -> str:
    """Return a cell as text; a number with the comma of the reader's language, so that it is read as it was meant."""
    return decimal_input(Decimal(cell["number"])) if isinstance(cell, dict) else rules.cell(cell)
