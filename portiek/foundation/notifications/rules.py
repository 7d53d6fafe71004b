"""When a mail is tried again, and what may stand in its head."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

GIVE_UP = timedelta(hours=72)
LONGEST_WAIT = timedelta(hours=4)
# RFC 5321: 4yz is temporary, 5yz is for ever. These say that our own log-in or set-up is wrong, not the address: worth another try.
OURS = frozenset({530, 534, 535, 538})
_LINE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def next_try(tries: int, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after so many tries (1, 2, 4 ... minutes, at most 4 hours), or None after 72 hours."""
    if now - created_at >= GIVE_UP:
        return None
    return now + min(timedelta(minutes=2 ** max(tries - 1, 0)), LONGEST_WAIT)


def is_final(code: int) -> bool:
    """Whether an SMTP answer means that this mail will never be taken."""
    return 500 <= code < 600 and code not in OURS


def one_line(text: str) -> str:
    """Return a text without line ends and controls, so that a value can never add a header. RFC 5322 section 2.2."""
    return _LINE.sub(" ", text).strip()[:200]


def why_not_address(address: str) -> str | None:
    """Return the code of the reason that this is not one address, or None. No lists, no names, no controls."""
    if len(address) > 254 or _LINE.search(address) or not re.fullmatch(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,253}", address):
        return "notifications-address"
    return None


def place_of(key: str) -> str:
    """Return the place a mail's values are sealed for."""
    return f"notifications_mail.values:{key}"
