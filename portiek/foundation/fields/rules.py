"""Decisions about fields and what is filled in. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

# Signs of a value, fields of one kind of object, choices of one field.
LONGEST = 500
MOST = 60
MOST_CHOICES = 100
LONGEST_CHOICE = 80
_YES = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "j", "waar"})
_NO = frozenset({"no", "n", "false", "0", "off", "nee", "onwaar"})
_NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,6})?")
_ISO, _DUTCH = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})( 00:00(:00)?)?"), re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def plain(text: str) -> str:
    """Return a text on one line, without signs that nobody sees."""
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cc", "Cf") and sign != "\u200d" else sign for sign in text).split())


def read(kind: str, text: str, choices: Sequence[str] = ()) -> str | None:
    """Return what somebody filled in as it is kept, "" for nothing; None when it is not of this kind.

    A number has a point and no needless zeros, a date is ISO 8601, yes and no are `yes` and `no`, a choice stands as the field has it.
    """
    found = plain(text)
    if not found or len(found) > LONGEST:
        return None if found else ""
    if kind == "choice":
        return _chosen(found, choices)
    return READERS[kind](found) if kind in READERS else found


def _number(text: str) -> str | None:
    if not _NUMBER.fullmatch(text):
        return None
    written = f"{Decimal(text.replace(',', '.')):f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in ("-0", "") else written


def _date(text: str) -> str | None:
    iso, dutch = _ISO.fullmatch(text), _DUTCH.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
        return date(int(dutch[3]), int(dutch[2]), int(dutch[1])).isoformat() if dutch else None
    except ValueError:
        return None


def _yes_no(text: str) -> str | None:
    found = text.casefold()
    return "yes" if found in _YES else "no" if found in _NO else None


def _url(text: str) -> str | None:
    """Return a web address that a link may lead to: http or https, with a host, no name or password in it."""
    try:
        parts = urlsplit(text)
        good = parts.scheme.lower() in ("http", "https") and parts.hostname and "." in parts.hostname and not parts.username and parts.password is None and (parts.port or 1)
    except ValueError:
        return None
    return text if good and not any(sign.isspace() or sign in "\"'<>\\`" for sign in text) else None


READERS = {"number": _number, "date": _date, "yes_no": _yes_no, "url": _url}


def _chosen(text: str, choices: Sequence[str]) -> str | None:
    return next((item for item in choices if item == text), None) or next((item for item in choices if item.casefold() == text.casefold()), None)


def number(value: str) -> Decimal | None:
    """Return a number that was kept, or None."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def day(value: str) -> date | None:
    """Return a date that was kept, or None."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def options(text: str) -> list[str]:
    """Return the choices of a field, one a line, each once."""
    return list(dict.fromkeys(found for line in text.splitlines() if (found := plain(line)[:LONGEST_CHOICE])))


def key_of(label: str, taken: Collection[str]) -> str:
    """Return the name of a new field for machines: small letters, figures and _, not yet taken."""
    bare = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:34].strip("_")
    made = made if made and made[0].isalpha() else f"field_{made}".strip("_")
    return made if made not in taken else next(f"{made}_{place}" for place in range(2, len(taken) + 3) if f"{made}_{place}" not in taken)
