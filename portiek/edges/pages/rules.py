"""Decisions about where people start. Pure: no database, no clock."""

from __future__ import annotations


def part_of_day(hour: int) -> str:
    """Return "night", "morning", "afternoon" or "evening" for an hour (0 to 23) of the portal's own clock."""
    return "night" if hour < 6 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def first_name(name: str) -> str:
    """Return what somebody is called at home."""
    return name.split()[0] if name.split() else name


def is_link(address: str) -> bool:
    """Whether an address may stand on a home page: a path of the portal itself (never //host), or of the web over TLS."""
    return not any(sign.isspace() or sign in "\\<>\"" for sign in address) and (address.startswith("https://") or (address.startswith("/") and not address.startswith("//")))
