"""Decisions about where people start, and what is a visit. Pure: no database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta


def part_of_day(hour: int) -> str:
    """Return "night", "morning", "afternoon" or "evening" for an hour (0 to 23) of the portal's own clock."""
    return "night" if hour < 6 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def first_name(name: str) -> str:
    """Return what somebody is called at home."""
    return name.split()[0] if name.split() else name


def is_link(address: str) -> bool:
    """Whether an address may stand on a home page: a path of the portal itself (never //host), or of the web over TLS."""
    return not any(sign.isspace() or sign in "\\<>\"" for sign in address) and (address.startswith("https://") or (address.startswith("/") and not address.startswith("//")))


# A longer pause is the end of a visit; one visit is noted so often at most; what is older is no news.
PAUSE, NOTED, FURTHEST = timedelta(hours=4), timedelta(minutes=20), timedelta(days=60)


def is_another_visit(seen_at: datetime, now: datetime) -> bool:
    """Whether who last looked then and looks now was away in between."""
    return now - seen_at > PAUSE


def is_noted(seen_at: datetime, now: datetime) -> bool:
    """Whether it was kept a moment ago that somebody looks."""
    return now - seen_at < NOTED


def key_of(subject: str) -> int:
    """Return the number in a reference such as orders.order:12."""
    return int(subject.rpartition(":")[2])
