"""Decisions about coming in and about rights. Pure: no database, no clock."""

from __future__ import annotations

import functools
import hashlib
import re
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from portiek.core.permissions import base

CODE_MINUTES = 10
CODE_TRIES = 5
SESSION_DAYS = 14
SESSION_DAYS_AT_MOST = 180
INVITATION_DAYS = 7
# How long after a log-in the password may be set without giving the current one.
PROOF_MINUTES = 15
# How long somebody may be away at an identity provider before he has to begin again.
JOURNEY_MINUTES = 10
# So many days before a certificate ends it is told.
WARN_DAYS = (30, 14, 7, 3, 1)
PASSWORD_LENGTH = 10
# The longest window that is counted; older attempts may be swept away.
WINDOW_SECONDS = 3600
# Own roles of one party; and of the portal.
ROLES_AT_MOST = 500


@dataclass(frozen=True)
class Limit:
    """At most so many attempts in so many seconds under one key."""

    key: bytes
    number: int
    seconds: int


# door: ((of what, how many, seconds), ...). "pair" is address and place together; "address" alone stops guessing from many places and does
# not count for a browser that came in before under this address, so that nobody can lock the owner out; "device" counts for that browser.
DOORS: dict[str, tuple[tuple[str, int, int], ...]] = {
    "code": (("pair", 5, 900), ("address", 12, 3600), ("device", 8, 900), ("place", 60, 900)),
    "guess": (("pair", 20, 900), ("address", 40, 3600), ("device", 20, 900), ("place", 120, 900)),
    "elsewhere": (("place", 300, 900),),
    "password": (("pair", 8, 900), ("address", 30, 3600), ("device", 10, 900), ("place", 80, 900)),
}


def limits(door: str, *, address: str, place: str, device: str) -> list[Limit]:
    """Return what is counted for one try at a door; `device` is "" for a browser that never came in as this address."""
    values = {"pair": f"{address}|{place}", "address": "" if device else address, "device": device, "place": place}
    return [Limit(hashlib.sha256(f"{door}|{what}|{values[what]}".encode("utf-8", "replace")).digest(), number, seconds) for what, number, seconds in DOORS[door] if values[what]]


def too_many(wanted: Iterable[Limit], attempts: Mapping[bytes, Iterable[datetime]], now: datetime) -> bool:
    """Whether one more try would go beyond a limit."""
    return any(sum(1 for at in attempts.get(limit.key, ()) if now - at < timedelta(seconds=limit.seconds)) >= limit.number for limit in wanted)


def why_not_code(*, tries: int, used: bool, expires_at: datetime, now: datetime) -> str | None:
    """Return why a code can no longer be used, or None."""
    return "code-over" if used or tries >= CODE_TRIES or now >= expires_at else None


def why_not_invitation(*, accepted: bool, revoked: bool, expires_at: datetime, now: datetime) -> str | None:
    """Return why an invitation cannot be accepted, or None."""
    if accepted:
        return "invitation-used"
    if revoked:
        return "invitation-revoked"
    return "invitation-expired" if now >= expires_at else None


def session_until(created_at: datetime, now: datetime) -> datetime:
    """Return until when a session that is used now stands: it slides, up to a fixed end."""
    return min(now + timedelta(days=SESSION_DAYS), created_at + timedelta(days=SESSION_DAYS_AT_MOST))


def beyond(wanted: Iterable[str], held: Iterable[str]) -> set[str]:
    """Return the rights of a role that the giver lacks. A right with a reach is held by who has it as far or farther."""
    have = set(held)
    return {right for right in wanted if not _holds(right, have)}


def _holds(right: str, have: set[str]) -> bool:
    if right in have:
        return True
    code, _, reach = right.rpartition(".")
    farther = {"own": ("unit", "company"), "unit": ("company",), "company": ()}.get(reach)
    return farther is not None and (code in have or any(f"{code}.{other}" in have for other in farther))


def below(rights: Iterable[str], withheld: Collection[str]) -> frozenset[str]:
    """Return the rights that the ceiling leaves."""
    return frozenset(right for right in rights if base(right) not in withheld)


def why_not_rights(wanted: Collection[str], *, known: Collection[str], withheld: Collection[str], held: Iterable[str] | None) -> str | None:
    """Return why a role may not hold these rights, or None. None as `held`: who gives any right there is (staff to parties, the system)."""
    if not wanted:
        return "role-empty"
    if any(right not in known for right in wanted):
        return "role-unknown-right"
    if any(base(right) in withheld for right in wanted):
        return "role-above-ceiling"
    return "role-beyond" if held is not None and beyond(wanted, held) else None


def why_not_grant(role_rights: Iterable[str], role_audience: str, giver_rights: Iterable[str] | None, audience: str) -> str | None:
    """Return why somebody may not give a role; None as `giver_rights`: the portal's own staff or the system, who may give any role of a party."""
    if role_audience != audience:
        return "role-elsewhere"
    if giver_rights is not None and beyond(role_rights, giver_rights):
        return "role-beyond"
    return None


def why_not_limit(limit: Decimal | None, giver_limit: Decimal | None) -> str | None:
    """Return why somebody with a limit of his own may not give this one, or None."""
    if limit is not None and (limit < 0 or limit >= Decimal("10000000000")):
        return "limit-wrong"
    return "limit-beyond" if giver_limit is not None and (limit is None or limit > giver_limit) else None


PER_YEAR = {"month": 12, "quarter": 4, "year": 1}


def why_not_period(limit: Decimal | None, period: str, giver_limit: Decimal | None, giver_period: str) -> str | None:
    """Return why somebody with a limit per period may not give this one, or None; compared over a year."""
    if limit is not None and (limit < 0 or limit >= Decimal("10000000000") or period not in PER_YEAR):
        return "limit-wrong"
    beyond_own = giver_limit is not None and (limit is None or limit * PER_YEAR[period] > giver_limit * PER_YEAR[giver_period])
    return "limit-beyond" if beyond_own else None


def may_act(provider_party: int | None, audience: str, party: int | None) -> bool:
    """Whether who came in through a provider may act for a company (None: among the staff): a company's own reaches no other."""
    if provider_party is not None:
        return party == provider_party
    return audience == "both" or (audience == "staff") == (party is None)


def is_proof(provider_party: int | None) -> bool:
    """Whether a log-in through a provider proves to the portal who somebody is, so that he may change his own password: a company's own says it to that company alone."""
    return provider_party is None


def is_time_to_warn(ends_at: datetime, now: datetime) -> bool:
    """Whether today is one of the days on which the end of a certificate is told, asked once a day."""
    return (ends_at - now).days in WARN_DAYS


def domain_of(email: str) -> str:
    """Return the part after the @ of an address, in small letters."""
    return email.rpartition("@")[2].lower()


def why_not_member(*, makes_members: bool, email: str, verified: bool, domains: Iterable[str], known: bool) -> str | None:
    """Return why a stranger who came through a company's provider does not become a member, or None. A known address is never taken over."""
    kept = list(domains)
    if not makes_members or not email or not verified or known or (kept and domain_of(email) not in kept):
        return "elsewhere-unknown"
    return None


def why_not_lose(is_manager: bool, stays_manager: bool, other_managers: int) -> str | None:
    """Return why a change would leave nobody who manages people, or None."""
    return "last-manager" if is_manager and not stays_manager and other_managers == 0 else None


def weakness(password: str, *, name: str, email: str) -> str | None:
    """Return why a password is too weak, or None: length and the obvious count (NIST SP 800-63B-4, 3.1.1.2), no rules of composition."""
    low = password.casefold()
    if len(password) < PASSWORD_LENGTH:
        return "password-short"
    left = low
    for part in sorted({*name.casefold().split(), *re.split(r"[@.]", email.casefold())}, key=len, reverse=True):
        left = left.replace(part, "") if len(part) > 2 else left
    if len(set(low)) < 4 or low in COMMON or len(left) < 5:
        return "password-common"
    return None


COMMON = frozenset({
    "1234567890", "12345678910", "0123456789", "qwertyuiop", "wachtwoord", "wachtwoord1", "wachtwoord12", "wachtwoord123", "welkom12345", "welkom123456", "password12", "password123",
    "password1234", "passw0rd123", "qwerty12345", "qwerty123456", "abcdefghij", "iloveyou12", "1q2w3e4r5t", "1qaz2wsx3edc", "geheim12345", "zomer20262026", "letmein123", "administrator",
})


@functools.cache
def time_zones() -> tuple[str, ...]:
    """Return the names of places that a person may live by: Area/City, and UTC; no abbreviations and no old names without an area."""
    areas = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return tuple(sorted(name for name in zoneinfo.available_timezones() if name.startswith(areas) or name == "UTC"))
