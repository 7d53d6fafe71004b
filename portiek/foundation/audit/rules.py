"""How facts are sealed: what is digested, in which form, and what a seal proves. Nothing but the standard library: whoever doubts us can read and run this.

A fact has two parts with words that may name a person: who (the name of who did it) and what (the text shown, and what changed). Of each, the
chain holds a digest salted with sixteen random bytes. Erasing a person drops the words and their salt and keeps the digest, so the chain stays whole.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

KIND = "portiek-audit-1"
# A fact that was there when the chain was last made longer would have got its place then; so much may commit late.
LATE = timedelta(hours=6)


def canonical(value: Any) -> bytes:
    """Write a value as JSON in one way only: sorted names, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def moment(value: datetime) -> str:
    """Write a moment in one way only."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def words_digest(salt: bytes, words: Any) -> bytes:
    """Return the digest of words under their salt."""
    return hashlib.sha256(salt + canonical(words)).digest()


def link_digest(previous: bytes, position: int, linked_at: str, fixed: Mapping[str, Any], who: bytes, what: bytes) -> bytes:
    """Return the digest of one place in the chain: of the place before it, of what never changes of the fact, and of the digests of its words."""
    return hashlib.sha256(previous + canonical([position, linked_at, dict(fixed), who.hex(), what.hex()])).digest()


def genesis(portal: int, began_at: str, began_id: int) -> bytes:
    """Return what stands before the first place. Facts numbered up to `began_id` were there before the chain began."""
    return hashlib.sha256(canonical([KIND, portal, began_at, began_id])).digest()


def why_not_sealed(place: Mapping[str, Any]) -> str | None:
    """Return why one place (a line of an export) does not hold what was sealed, or None."""
    try:
        who, what = place["who"], place["what"]
        for part, words in ((who, who["user_name"]), (what, [what["text"], what["changes"]])):
            if part["salt"] is None:
                if words not in ("", ["", {}]):
                    return "words-after-erasure"
            elif words_digest(bytes.fromhex(part["salt"]), words).hex() != part["digest"]:
                return "words"
        made = link_digest(bytes.fromhex(place["previous"]), place["position"], place["linked_at"], place["fact"], bytes.fromhex(who["digest"]), bytes.fromhex(what["digest"]))
    except (KeyError, TypeError, ValueError):
        return "unreadable"
    return None if made.hex() == place["digest"] else "fact"


def why_not_in_time(*, at: datetime, earlier: datetime | None) -> str | None:
    """Return why a fact cannot have been there at the moment it names: the chain had been made longer (`earlier`) long after that moment, without it."""
    return "inserted" if earlier is not None and at + LATE < earlier else None


@dataclass
class Verdict:
    """What a file proves."""

    places: int = 0
    unsealed: int = 0
    erased: int = 0
    problems: list[str] = field(default_factory=list)
    first: int | None = None
    last: int | None = None
    seal: str = ""
    gaps: int = 0


def verify(lines: Iterable[str], seal: str = "") -> Verdict:
    """Verify a file of JSON Lines, line by line and as a chain; nothing but the file is needed. `seal`: one that was kept outside, which the file must hold."""
    verdict, ends = Verdict(), {}
    for number, line in enumerate(lines, start=1):
        try:
            place = json.loads(line)
        except ValueError:
            verdict.problems.append(f"line {number}: not JSON")
            continue
        if number == 1:
            if not isinstance(place, dict) or place.get("kind") != KIND:
                verdict.problems.append("line 1: not an export of this kind")
                break
            continue
        if place.get("position") is None:
            verdict.unsealed += 1
            continue
        if problem := why_not_sealed(place):
            verdict.problems.append(f"line {number}, place {place['position']}: {problem}")
            continue
        if place["position"] in ends:
            verdict.problems.append(f"line {number}, place {place['position']}: twice")
            continue
        verdict.erased += any(place[part]["salt"] is None for part in ("who", "what"))
        ends[place["position"]] = (place["previous"], place["digest"])
    ordered = sorted(ends)
    for before, position in pairwise(ordered):
        if position != before + 1:
            verdict.gaps += 1
        elif ends[position][0] != ends[before][1]:
            verdict.problems.append(f"place {position}: does not follow on place {before}")
    place, _colon, digest = seal.partition(":")
    if seal and ends.get(int(place) if place.isdigit() else -1, ("", ""))[1] != digest:
        verdict.problems.append(f"the seal of place {place or '?'} is not in this file")
    verdict.places = len(ends)
    if ordered:
        verdict.first, verdict.last, verdict.seal = ordered[0], ordered[-1], f"{ordered[-1]}:{ends[ordered[-1]][1]}"
    return verdict


def due_at(asked: datetime) -> datetime:
    """Return until when somebody who asks for his data, or to be erased, must have his answer: a month later (GDPR art. 12(3)), at the end of a short one."""
    year, month = (asked.year + 1, 1) if asked.month == 12 else (asked.year, asked.month + 1)
    return asked.replace(year=year, month=month, day=min(asked.day, monthrange(year, month)[1]))


def why_not_propose(person: int | None, user_id: int) -> str | None:
    """Return why somebody cannot propose an erasure (erasure-own), or None."""
    return "erasure-own" if person == user_id else None


def why_not_confirm(person: int | None, proposed_by: int | None, user_id: int) -> str | None:
    """Return why somebody cannot confirm an erasure (erasure-own, erasure-second), or None."""
    return why_not_propose(person, user_id) or ("erasure-second" if user_id in (proposed_by, 0) else None)
