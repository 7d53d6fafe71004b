"""What a key may hold and how it is read; when a webhook is tried again."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX, SECRET, CLIENT, TOKEN = "ptk_", "pts_", "ptc_", "pta_"
# What may stand in the header of a call: a key, or a token of a client; never a client's secret.
SHAPE = re.compile(r"pt[ka]_[A-Za-z0-9_-]{43}")
TOKEN_SECONDS = 1800
# How long after a new secret the old one is good too.
OVERLAP = timedelta(days=7)
# Scopes as RFC 6749 section 3.3 writes them.
SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")


def key_of(header: str) -> bytes | None:
    """Return the hash of the key in an Authorization header (RFC 6750 section 2.1), or None when there is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer" or not SHAPE.fullmatch(value.strip()):
        return None
    return hash_of(value.strip())


def hash_of(key: str) -> bytes:
    """Return what is kept of a key: it is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).digest()


NETWORKS = 40


def networks(given: Iterable[str]) -> list[str] | None:
    """Return networks and addresses (IPv4 and IPv6) as they are kept, each once; None when one is none, or there are too many."""
    try:
        read = [ipaddress.ip_network(item.strip(), strict=False) for item in given if item.strip()]
    except ValueError:
        return None
    found = list(dict.fromkeys(str(item.network_address if item.num_addresses == 1 else item) for item in read))
    return found if len(found) <= NETWORKS and not any("%" in item for item in found) else None


def asked(scope: str | None, held: Iterable[str]) -> list[str] | None:
    """Return the rights a client asks for (none named: all it has), or None when it has not all of them."""
    found = sorted(set(held)) if scope is None else sorted(set(scope.split(" "))) if SCOPE.fullmatch(scope) else []
    return found if found and set(found) <= set(held) else None


def lacking(wanted: Iterable[str], held: frozenset[str]) -> list[str]:
    """Return the rights that the maker does not have himself."""
    return sorted(set(wanted) - held)


# How long after each try a webhook is tried again: ten tries in a little over three days.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
# What waited so long without its turn, since the receiver was down or paused, is given up as well.
GIVEN_UP = timedelta(days=3, hours=4)
# A receiver of which nothing came through for so long is switched off.
FAILING = timedelta(days=5)
ROTATION = timedelta(hours=24)
LONGEST_REST = timedelta(minutes=15)
URL_LENGTH = 500
ENDPOINTS = 10
ENDPOINTS_OF_PORTAL = 50
# Events of one replay, days that it may reach back.
REPLAYED = 10_000
REPLAY_DAYS = 30


@dataclass(frozen=True)
class Outcome:
    """What came of one try: `code` is "" when the receiver took it, else timeout, unreachable, address or status."""

    code: str
    status: int | None = None
    milliseconds: int | None = None
    answer: str = ""
    retry_after: str = ""


def taken(status: int) -> bool:
    """Whether a receiver's status means that it has it; a redirect does not."""
    return 200 <= status < 300


def next_try(tries: int, chance: float) -> timedelta | None:
    """Return how long after so many tries comes the next, up to a tenth later by chance (0 to 1), or None when it is given up."""
    return WAITS[tries - 1] * (1 + chance / 10) if tries <= len(WAITS) else None


def rest(failures: int, retry_after: str = "") -> timedelta:
    """Return how long a receiver is left alone after so many failures in a row, or as it asks itself, at most a quarter of an hour."""
    asked = timedelta(seconds=min(int(retry_after), 86400)) if re.fullmatch(r"[0-9]{1,9}", retry_after) else timedelta(0)
    return min(max(timedelta(seconds=5 * 2 ** min(failures - 1, 10)), asked), LONGEST_REST)


def why_off(status: int | None, failing_since: datetime | None, now: datetime) -> str:
    """Return why a receiver is switched off after a failure, or ""."""
    if status == 410:
        return "gone"
    return "failing" if failing_since is not None and now - failing_since >= FAILING else ""


def why_not_period(since: datetime, until: datetime, now: datetime) -> str | None:
    """Return why a period cannot be replayed, or None."""
    if until <= since:
        return "backwards"
    return "too-long-ago" if now - since > timedelta(days=REPLAY_DAYS) else None


def shortened(content: bytes, length: int = 500) -> str:
    """Return the first of an answer as a text that can be kept and shown on one screen."""
    return content.decode("utf-8", "replace").replace("\0", "\ufffd")[:length]
