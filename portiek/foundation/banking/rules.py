"""Decisions about bank accounts. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from stdnum import iban as numbers

OPEN = ("asked", "confirmed", "cooling")
HOURS = 24
MOST_HOURS = 14 * 24


def iban(text: str) -> str | None:
    """Return an IBAN without spaces, or None when its check figures or length are wrong (ISO 13616)."""
    bare = "".join(text.split()).upper()
    return bare if bare.isascii() and bare.isalnum() and numbers.is_valid(bare) else None


def spaced(number: str) -> str:
    """Write an IBAN in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def masked(country: str, tail: str) -> str:
    """Write what everybody may see of an IBAN: its country and last four."""
    return f"{country}•• •••• {tail}"


def why_not_confirm(state: str, asked_by: int, user_id: int) -> str | None:
    """Return why this person cannot confirm (bank-over, bank-second), or None."""
    if state != "asked":
        return "bank-over"
    return "bank-second" if user_id in (asked_by, 0) else None


def why_not_accept(state: str, earlier: tuple[int | None, ...], user_id: int) -> str | None:
    """Return why this member of staff cannot accept (bank-over, bank-third), or None: who is of the party too did no `earlier` step."""
    if state != "confirmed":
        return "bank-over"
    return "bank-third" if user_id in earlier else None


def effective_at(now: datetime, hours: int) -> datetime:
    """Return when an accepted change counts."""
    return now + timedelta(hours=max(0, min(hours, MOST_HOURS)))
