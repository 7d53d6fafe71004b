"""Decisions about proposals. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

OPEN = ("proposed", "accepted", "failed")
Meanwhile = Literal["outdated", "written"] | None


def bare(text: str) -> str:
    """Return what two ways of writing a value share: letters and figures, small."""
    return "".join(sign for sign in text if sign.isalnum()).casefold()


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two values say the same: an administration writes a telephone number or a VAT number in its own way."""
    return one.keys() == other.keys() and all(bare(one[name]) == bare(other[name]) for name in one)


def meanwhile(state: str, old: Mapping[str, str], new: Mapping[str, str], current: Mapping[str, str]) -> Meanwhile:
    """Return what became of an open proposal when its field is read again: it has the proposed value, or one that neither side spoke of."""
    if state not in OPEN:
        return None
    if dict(current) == dict(new):
        return "written"
    # Of an accepted one the administration may have written the value in its own way.
    if state != "proposed" and same(current, new) and not same(old, new):
        return "written"
    return None if dict(current) == dict(old) else "outdated"


def first_letters(text: str) -> str:
    """Return a reason as it is kept: one line less its outer blanks, NUL signs left out."""
    return " ".join(text.replace("\0", " ").split())[:500]
