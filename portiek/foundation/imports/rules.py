"""Decisions about spreadsheets. Pure; also what the program that reads them keeps to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST = 500
# Columns of a report that comes back mended: they are nobody's.
RESULT, REASON = "result", "reason"
OURS = frozenset({"result", "reason", "resultaat", "reden"})
# What a spreadsheet would take for a formula; a report puts a ' before it.
_QUOTED = re.compile(r"'(?=\s*[=+\-@\t\r\n])")
_YES = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "j", "waar"})
_NO = frozenset({"", "no", "n", "false", "0", "off", "nee", "onwaar"})


def bare(text: str) -> str:
    """Return a heading or a name as it is compared: without capitals, accents, spaces and signs."""
    found = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in found if sign.isalnum())


def cell(text: str) -> str:
    """Return what somebody meant by a cell: without the ' that a report put before it, and without signs that nobody sees."""
    if text.isascii() and "'" not in text:
        return text.strip()
    found = unicodedata.normalize("NFC", text).replace("\ufeff", "")
    return _QUOTED.sub("", found, count=1).strip()


def matched(heads: Sequence[str], known: Mapping[str, str]) -> tuple[list[str], list[str], list[str]]:
    """Return which column each heading is ("" for none), the headings that are unknown, and the columns that are there twice."""
    names = ["" if (found := bare(head)) in OURS else known.get(found, "") for head in heads]
    unknown = [head for head, name in zip(heads, names, strict=True) if not name and head.strip() and bare(head) not in OURS]
    return names, unknown, sorted({name for name in names if name and names.count(name) > 1})


def yes_no(text: str) -> bool | None:
    """Read yes or no in Dutch or English, empty as no; None for anything else."""
    found = text.strip().casefold()
    return True if found in _YES else False if found in _NO else None


def chosen(text: str, choices: Mapping[str, Iterable[str]]) -> str | None:
    """Return the code of a choice by its code or one of its words, in any spelling; None for none."""
    wanted = bare(text)
    return next((code for code, words in choices.items() if wanted in {bare(code), *(bare(word) for word in words)}), None)
