"""What is said of a product: how it is read, compared and parted from its unit. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

LONGEST = 200
_MOST = Decimal(10) ** 11
_RANGE = re.compile(r"\s*(?:\.\.+|…|–|\bt/m\b|\btot\b|\bto\b|(?<=[\d,.\s])-(?=\s*[\d-]))\s*")
_YES, _NO = {"ja", "yes", "1", "true", "waar", "j", "y"}, {"nee", "no", "0", "false", "onwaar", "n"}


@dataclass(frozen=True)
class Measure:
    """A value as it is kept: the text by which it is compared, and its figures."""

    value: str
    number: Decimal | None = None
    until: Decimal | None = None


def plain(number: Decimal) -> str:
    """Return a number in its fewest figures: "12.50" and "12.5" are the same."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def machine(text: str) -> Decimal:
    """Read a number as programs write it. Raises ValueError."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


def _figure(text: str, unit: str, number: Callable[[str], Decimal]) -> Decimal:
    """Read one number, with its unit or without. Raises ValueError."""
    bare = text.strip()
    if unit and bare.casefold().endswith(unit.casefold()):
        bare = bare[: -len(unit)]
    found = number(bare.strip())
    if not found.is_finite() or abs(found) >= _MOST or found != round(found, 6):
        raise ValueError(text)
    return found + 0


def read(kind: str, unit: str, text: str, *, figure: Callable[[str], Decimal] = machine) -> Measure:
    """Read what somebody typed or an ERP sent of an attribute; `figure` reads one number. Raises ValueError where it is no such thing."""
    text = " ".join(text.replace("\0", " ").split())
    if not text or len(text) > LONGEST:
        raise ValueError(text)
    if kind == "text":
        return Measure(text)
    if kind == "logic":
        word = text.casefold()
        if word not in _YES | _NO:
            raise ValueError(text)
        return Measure("1" if word in _YES else "0")
    if kind == "number":
        number = _figure(text, unit, figure)
        return Measure(plain(number), number)
    parts = _RANGE.split(text)
    low, high = _figure(parts[0], unit, figure), _figure(parts[-1], unit, figure)
    if len(parts) > 2 or high < low:
        raise ValueError(text)
    return Measure(f"{plain(low)}..{plain(high)}", low, high)


def trait(attribute: int, value: str) -> int:
    """Return the number by which a search knows what is said of a product; the database reckons it in the same way."""
    return int.from_bytes(hashlib.md5(f"{attribute}:{value}".encode(), usedforsecurity=False).digest()[:4], "big", signed=True)
