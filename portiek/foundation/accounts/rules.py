"""Decisions about coming in and about rights. Pure: no database, no clock."""

from __future__ import annotations

import functools
import hashlib
import re
import zoneinfo
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from portiek.core.permissions import base

CODE_MINUTES = 10
CODE_TRIES = 5
# The second step of a log-in: how long it may wait for it, and how many tries it has.
STEP_MINUTES = 10
STEP_TRIES = 5
# How one may come in by oneself, unless a policy asks for an identity provider alone.
WAYS = ("code", "password", "passkey")
# Password and app of a named administrator of the staff, while staff come in through a provider alone.
EMERGENCY = "emergency"
# How a session comes in that a company's purchasing system opened.
PUNCHOUT = "punchout"
SESSION_DAYS = 14
SESSION_DAYS_AT_MOST = 180
INVITATION_DAYS = 7
# How far ahead the last day of a guest may be, and how long before it is asked whether it goes on.
GUEST_DAYS, ENDS_SOON = 731, 14
# How long after a log-in the password may be set without giving the current one.
PROOF_MINUTES = 15
# How long another address waits for who confirms it, and how long the old one can stop it once it is done.
EMAIL_DAYS = 7
# How long somebody may be away at an identity provider before he has to begin again.
JOURNEY_MINUTES = 10
# So many days before a certificate ends it is told.
WARN_DAYS = (30, 14, 7, 3, 1)
PASSWORD_LENGTH = 10
# The longest window that is counted; older attempts may be swept away.
WINDOW_SECONDS = 3600
# Own roles of one party; and of the portal.
ROLES_AT_MOST = 500
# How long staff look along or work on behalf, and somebody looks as a role.
ALONG_MINUTES = 30


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
    # Systems of customers: nobody guesses 192 bits, so only the cost counts, and a whole company comes from one place.
    "punchout": (("place", 600, 900),),
    # Counted for who has done the first step: the address as a whole stays open to nobody else.
    "step": (("pair", 10, 900), ("address", 20, 3600), ("device", 10, 900), ("place", 80, 900)),
    # Nobody's address is typed for it, and nothing can be guessed: only the cost counts.
    "passkey": (("place", 60, 900),),
    # Asking for an account, and proving the address with it: apart, so that it takes no try from who logs in.
    "apply": (("address", 5, 3600), ("place", 20, 3600)),
    "apply-code": (("address", 20, 3600), ("place", 60, 3600)),
    # Another address of one's own: for who asks, and for the mailbox that gets the code.
    "move": (("address", 6, 3600), ("place", 40, 3600)),
    "moved-to": (("address", 6, 3600),),
    "password": (("pair", 8, 900), ("address", 30, 3600), ("device", 10, 900), ("place", 80, 900)),
}


def limits(door: str, *, address: str, place: str, device: str) -> list[Limit]:
    """Return what is counted for one try at a door; `device` is "" for a browser that never came in as this address."""
    values = {"pair": f"{address}|{place}", "address": "" if device else address, "device": device, "place": place}
    return [Limit(hashlib.sha256(f"{door}|{what}|{values[what]}".encode("utf-8", "replace")).digest(), number, seconds) for what, number, seconds in DOORS[door] if values[what]]


def too_many(wanted: Iterable[Limit], attempts: Mapping[bytes, Iterable[datetime]], now: datetime) -> bool:
    """Whether one more try would go beyond a limit."""
    return any(sum(1 for at in attempts.get(limit.key, ()) if now - at < timedelta(seconds=limit.seconds)) >= limit.number for limit in wanted)


def mark(email: str) -> str:
    """Return what a browser keeps of an address it came in as, to be known again."""
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def network(place: str) -> str:
    """Return so much of a network address as its owner knows it by: three of four numbers, or three groups of an IPv6 address; "" for none."""
    if ":" in place:
        return ":".join(place.split("/")[0].split(":")[:3]) + "::"
    return place.rpartition(".")[0] + ".x" if place.count(".") == 3 else ""


def why_not_code(*, tries: int, used: bool, expires_at: datetime, now: datetime) -> str | None:
    """Return why a code can no longer be used, or None."""
    return "code-over" if used or tries >= CODE_TRIES or now >= expires_at else None


def why_not_proved(*, tries: int, expires_at: datetime, right: bool, now: datetime) -> str | None:
    """Return why a code of one end of a change of address does not prove it, or None. `tries`: those before this one."""
    if tries >= CODE_TRIES or now >= expires_at:
        return "code-over"
    return None if right else "code-over" if tries + 1 >= CODE_TRIES else "code-wrong"


def is_stoppable(*, asked_at: datetime, done_at: datetime | None, ended: bool, now: datetime) -> bool:
    """Whether a change of address can still be stopped: while it waits, and for seven days after it was done."""
    return not ended and now < (done_at or asked_at) + timedelta(days=EMAIL_DAYS)


def why_not_step(*, tries: int, used: bool, expires_at: datetime, now: datetime) -> str | None:
    """Return why a log-in can no longer be gone on with, or None."""
    return "step-over" if used or tries >= STEP_TRIES or now >= expires_at else None


@dataclass(frozen=True)
class Terms:
    """One policy of log-in as it meets one person in one company; `manages`: whether he is one of its administrators.

    `provider`: with an account of this one alone. `named`: he is one of the administrators who come in without it in an emergency.
    """

    ways: frozenset[str]
    second_step: str
    since: date | None
    manages: bool
    provider: int | None = None
    named: bool = False

    @property
    def asks(self) -> bool:
        """Whether a second step is asked of this person, now or from a day on."""
        return self.second_step == "everybody" or (self.second_step == "managers" and self.manages)


def provider_asked(terms: Iterable[Terms]) -> int | None:
    """Return the provider through which alone one comes in, or None. `terms`: the portal's policy first, since its choice stands above a company's."""
    return next((item.provider for item in terms if item.provider is not None), None)


def allows(terms: Iterable[Terms], way: str, provider: int | None = None) -> bool:
    """Whether every policy that applies allows this way in; `provider`: the one that said who he is. What is no way of a policy (an invitation, the first time) is allowed unless a provider is asked for."""
    met = list(terms)
    if way == EMERGENCY:
        return any(item.named for item in met)
    asked = provider_asked(met)
    return provider == asked if asked is not None else way not in WAYS or all(way in item.ways for item in met)


def shuts_out(places: Iterable[Sequence[Terms]]) -> bool:
    """Whether none of the places of a person opens for what he shows by himself: each asks for a provider, and he is not named for emergencies."""
    found = list(places)
    return bool(found) and all(provider_asked(terms) is not None and not allows(terms, EMERGENCY) for terms in found)


def obliges(terms: Iterable[Terms], today: date) -> bool:
    """Whether a policy asks for a second step today: the strictest one holds."""
    return any(item.asks and (item.since is None or item.since <= today) for item in terms)


def obliged_from(terms: Iterable[Terms], today: date) -> date | None:
    """Return the first day to come from which a second step is asked, or None."""
    return min((item.since for item in terms if item.asks and item.since is not None and item.since > today), default=None)


def why_not_policy(ways: Iterable[str], *, second_step: str, since: date | None, today: date, strong: bool) -> str | None:
    """Return why a policy cannot be, or None. A passkey is added by who is in already, so one other way must stay; who asks for a second step at once has one himself."""
    if not {"code", "password"} & set(ways):
        return "policy-no-way"
    return "policy-own-first" if second_step != "never" and (since is None or since <= today) and not strong else None


def why_not_alone(*, entered: bool, own: bool, through: bool, leads: bool) -> str | None:
    """Return why nobody may be made to come in through a provider alone, or None.

    `entered`: somebody has come in through it; `own`: whoever decides is under the policy himself, and then he has to be in through it (`through`); `leads`: the log-in page leads people to it.
    """
    if not leads:
        return "policy-provider-domains"
    return None if (through if own else entered) else "policy-provider-first"


def why_not_named(wanted: Collection[int], *, managers: Collection[int], able: Collection[int], needed: bool) -> str | None:
    """Return why these are not the people who come in without the provider in an emergency, or None: administrators of the portal, with a password and an app."""
    if needed and not wanted:
        return "policy-emergency-nobody"
    if any(user not in managers for user in wanted):
        return "policy-emergency-who"
    return "policy-emergency-able" if any(user not in able for user in wanted) else None


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


def narrowed(wanted: Iterable[str], held: Iterable[str]) -> frozenset[str]:
    """Return what of these rights somebody holds himself, as far or farther: who looks as a role never sees more than himself."""
    asked = frozenset(wanted)
    return asked - beyond(asked, held)


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


def why_not_first(*, asked: bool, taken: bool, other: bool, told: str, email: str) -> str | None:
    """Return why somebody with a mailed link is not linked to the account of elsewhere that he shows, or None.

    `asked`: he has to come in through this provider; `taken`: that account is somebody else's here; `other`: he has another one there already; `told`: the address that the provider gives, which may be none, but not another.
    """
    if not asked:
        return "elsewhere-place"
    return "elsewhere-taken" if taken else "elsewhere-linked" if other else "elsewhere-another" if told and told.lower() != email.lower() else None


def why_not_lose(is_manager: bool, stays_manager: bool, other_managers: int) -> str | None:
    """Return why a change would leave nobody who manages people, or None."""
    return "last-manager" if is_manager and not stays_manager and other_managers == 0 else None


def is_day_of_year(day: int, month: int) -> bool:
    """Whether there is such a day, 29 February too."""
    return 1 <= month <= 12 and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_birthday(day: int, month: int, today: date) -> bool:
    """Whether it is today; who was born on 29 February has it on the 28th in other years."""
    leap = (today + timedelta(days=1)).month == 2
    return (today.month, today.day) == (month, day) or ((day, month, today.day, today.month) == (29, 2, 28, 2) and not leap)


def why_not_until(until: date | None, today: date) -> str | None:
    """Return why a day cannot be the last one of a guest, or None."""
    if until is None:
        return None
    return "until-over" if until < today else "until-far" if until > today + timedelta(days=GUEST_DAYS) else None


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


ABSENCE_DAYS = 366


def why_not_away(first: date, last: date, today: date) -> tuple[str, str] | None:
    """Return why nobody can be away on these days, as (code, field), or None."""
    if last < first:
        return "absence-order", "last_day"
    if last < today:
        return "absence-over", "last_day"
    return ("absence-long", "last_day") if (last - first).days >= ABSENCE_DAYS or (first - today).days >= ABSENCE_DAYS else None


def moments(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last one, in a time zone of the tz database."""
    place = zoneinfo.ZoneInfo(zone)
    return datetime.combine(first, time(), place), datetime.combine(last + timedelta(days=1), time(), place)
