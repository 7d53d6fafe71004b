"""When somebody is mailed, when a mail is tried again, and what may stand in its head. Pure: no database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

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


# A message on a device is no longer news after a day: its maker keeps it no longer either.
PUSH_DAY = timedelta(hours=24)
MOST_DEVICES = 10


def after_push(status: int) -> Literal["sent", "ended", "again", "failed"]:
    """Return what the answer of a push service means. RFC 8030, sections 5 and 8.4: 404 and 410 say that nobody takes messages there any more."""
    if 200 <= status < 300:
        return "sent"
    if status in (404, 410):
        return "ended"
    return "again" if status == 429 or status >= 500 else "failed"


def next_push(tries: int, created_at: datetime, now: datetime, retry_after: str) -> datetime | None:
    """Return when to try a message again, not before the moment that was asked for (seconds or a date, at most 4 hours), or None when it is no longer news."""
    try:
        asked = timedelta(seconds=int(retry_after)) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9 else parsedate_to_datetime(retry_after) - now
    except (ValueError, TypeError):  # not a date, or one without a zone
        asked = timedelta()
    moment = now + max(min(timedelta(minutes=2 ** min(max(tries - 1, 0), 9)), LONGEST_WAIT), min(asked, LONGEST_WAIT))
    return moment if moment - created_at < PUSH_DAY else None


def place_of_device(key: bytes) -> str:
    """Return the place a device's address is sealed for."""
    return f"notifications_device.address:{key.hex()}"


def place_of(key: str) -> str:
    """Return the place a mail's values are sealed for."""
    return f"notifications_mail.values:{key}"


Way = Literal["off", "daily", "now"]
WAYS: tuple[Way, ...] = ("now", "daily", "off")
# After a mail about a kind of event, more of the same wait so long and come together: "12 orders confirmed".
BURST = timedelta(minutes=10)
# So many of one kind, in one mail, are said in one line.
MANY = 4


@dataclass(frozen=True)
class Rhythm:
    """When one person reads mail: his time zone, the hour of the daily mail, weekdays (0: Monday) without one, hours of silence."""

    zone: str
    hour: int = 8
    days_off: frozenset[int] = frozenset()
    quiet_from: int | None = None
    quiet_until: int | None = None
    mail_off: bool = False


def way(standard: Way, *, chosen: str | None, obliged: bool, mail_off: bool) -> Way:
    """Return how somebody hears of a kind by mail. What is obliged is at least in the daily mail; who switched mail off gets only that."""
    found: Way = chosen if chosen in WAYS else standard
    if obliged:
        return standard if found == "off" and standard != "off" else "daily" if found == "off" else found
    return "off" if mail_off else found


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    # An hour that a change of the clock leaves out comes an hour later; one that comes twice counts once, the first time.
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)


def next_daily(rhythm: Rhythm, now: datetime) -> datetime:
    """Return the moment (UTC) of somebody's next daily mail: after now, at his hour on his clock, not on his days off (all seven off: none is)."""
    zone = ZoneInfo(rhythm.zone)
    today = now.astimezone(zone).date()
    free = rhythm.days_off if len(rhythm.days_off) < 7 else frozenset()
    days = (today + timedelta(days=ahead) for ahead in range(16))
    return next(moment for moment in (_at(day, rhythm.hour, zone) for day in days if day.weekday() not in free) if moment > now)


def after_silence(rhythm: Rhythm, now: datetime) -> datetime:
    """Return now, or the end (UTC) of the hours of silence that it falls in; they may run past midnight."""
    start, end = rhythm.quiet_from, rhythm.quiet_until
    if start is None or end is None or start == end:
        return now
    zone = ZoneInfo(rhythm.zone)
    local = now.astimezone(zone)
    inside = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not inside:
        return now
    day = local.date() + timedelta(days=1 if start > end and local.hour >= start else 0)
    return max(_at(day, end, zone), now)


def due(way: Way, rhythm: Rhythm, now: datetime, *, urgent: bool, last: datetime | None) -> datetime | None:
    """Return when a message goes out by mail: None never, now at once. `last`: when a mail of its kind was last made for this person."""
    if way == "off":
        return None
    if urgent:
        return now
    if way == "daily":
        return next_daily(rhythm, now)
    return after_silence(rhythm, max(now, last + BURST) if last else now)


# A value in a text that people wrote: its bare name, so that nothing behind a value can be reached.
PLACE = re.compile(r"\{([a-z_]{1,40})\}")
BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")


def places(text: str) -> list[str]:
    """Return the names of values in a text, each once, in order."""
    return list(dict.fromkeys(PLACE.findall(text)))


def why_not_text(text: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Return the code of the reason that a text cannot be filled, with the name it is about; None when it can."""
    for name in places(text):
        if name not in known:
            return "notifications-text-name", name
    rest = PLACE.sub("", text)
    return ("notifications-text-braces", "") if "{" in rest or "}" in rest else None


def without_marks(text: str) -> str:
    """Return a text as plain text: what stands between double asterisks without them."""
    return BOLD.sub(r"\1", text)


def return_address(address: str, portal_id: int, token: str) -> str:
    """Return the address that the return of one mail goes to: bounces+12-token@portal.example; empty without an address for returns."""
    local, at, domain = address.partition("@")
    return f"{local}+{portal_id}.{token}@{domain}" if at else ""
