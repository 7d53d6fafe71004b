"""Decisions about quotes: whose turn it is, what can be accepted, which lines that takes, what changed between two versions. Pure."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

MOST_LINES = 200
# How many drafts one person keeps, and how long a text of one is.
MOST_DRAFTS, LONGEST = 50, 2000
# What is kept of what was typed: of each line, and of the whole.
ASKING = (("what", "quantity", "target", "remark"), ("reference", "wanted_date", "note"))
OFFERING = (("what", "quantity", "price", "remark", "optional", "instead"), ("valid_until", "conditions", "note"))
DAYS, MOST_DAYS = 30, 730
# Whose turn it is: ours (the seller's) or the party's; the others are over, or wait for a colleague.
OURS = ("requested", "in_review", "questioned")
THEIRS = ("needs_info", "offered")
# What is worked on for an offer, and where an offer lies that can be decided about.
ASKED, HELD = ("requested", "in_review"), ("offered", "questioned")
ENDED = ("declined", "expired", "withdrawn", "ordered")
# How many days before its last day a party is reminded of an offer that it did not decide about.
REMIND = (-3, -1, 0)


def kept(sent: Mapping[str, str], fields: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, str]:
    """Return what is kept of what was typed: the fields of lines ("what-0") and of the whole in which something stands, as it stands there."""
    row, whole = fields
    found = {}
    for name, text in sent.items():
        of, _sign, place = name.partition("-")
        if text.strip() and (name in whole or (of in row and place.isascii() and place.isdigit() and len(place) < 4 and int(place) < MOST_LINES)):
            found[name] = text.replace("\0", "")[:LONGEST]
    return found


def rows_of(values: Mapping[str, str]) -> int:
    """Return how many rows a form needs for what was kept."""
    return max((int(name.partition("-")[2]) + 1 for name in values if name.partition("-")[2]), default=0)


def carried(values: Mapping[str, str], articles: Sequence[str]) -> dict[str, str]:
    """Return what of a draft still holds for newer lines, of which these are the articles in order: the price and remark of the same article (of what one proposes: the target price), and what is about the whole."""
    was = {text: name.partition("-")[2] for name, text in values.items() if name.startswith("what-")}
    found = {name: text for name, text in values.items() if "-" not in name}
    for place, article in enumerate(articles):
        for name in ("price", "target", "remark"):
            if text := values.get(f"{name}-{was.get(article, '')}"):
                found[f"{name}-{place}"] = text
    return found


class Offered(Protocol):
    """A line of an offer, as far as choosing among lines looks at it."""

    key: int
    name: str
    price: Decimal | None
    quantity: Decimal
    optional: bool
    instead_of: int | None


def may_end(day: date, today: date) -> bool:
    """Whether an offer can hold until this day."""
    return today <= day <= today + timedelta(days=MOST_DAYS)


def is_link(address: str) -> bool:
    """Whether general conditions may be read there: a path of the portal itself (never //host), or an address of the web over TLS."""
    return not any(sign.isspace() or sign in "\\<>\"" for sign in address) and (address.startswith("https://") or (address.startswith("/") and not address.startswith("//")))


def why_not_agreed(*, asked: str, agreed: str) -> str:
    """Return why what was agreed to is not enough, or "": the version of the general conditions that is asked (empty: none), and the one that was agreed to."""
    return "" if not asked or asked == agreed else "quotes.terms_changed" if agreed else "quotes.agree"


def is_over(valid_until: date | None, today: date) -> bool:
    """Whether the last day of an offer has passed."""
    return valid_until is not None and valid_until < today


def why_not_accept(*, status: str, seen: str, holds: str, valid_until: date | None, today: date, late: bool) -> str:
    """Return why a version cannot be accepted now, or "". `seen`: what was looked at, `holds`: what the newest version is; `late`: expired ones can be."""
    if status in ("accepted", "ordered"):
        return "quotes.taken"
    if status == "expired" and not late:
        return "quotes.over"
    if status not in (*HELD, "expired"):
        return "quotes.turn"
    if seen != holds:
        return "quotes.changed"
    return "quotes.over" if is_over(valid_until, today) and not late else ""


L = TypeVar("L", bound=Offered)


def taken(lines: Sequence[L], keys: Collection[int] | None) -> tuple[list[L], str]:
    """Return the lines that are ordered when these are chosen, in order, and the name of the line of which not exactly one alternative was chosen ("" when all is well).

    Lines without a price are not offered. What is neither optional nor has alternatives is always taken. None: nothing was chosen, so each line as it was asked and no optional one.
    """
    offered = [line for line in lines if line.price is not None]
    groups: dict[int, list[L]] = {line.key: [line] for line in offered if line.instead_of is None}
    for line in offered:
        if line.instead_of in groups:
            groups[line.instead_of].append(line)
    chosen: set[int] = set()
    for key, group in groups.items():
        own = [line.key for line in group if keys is not None and line.key in keys]
        if len(group) == 1:
            chosen |= {key} if own or not group[0].optional else set()
        elif keys is None:
            chosen |= set() if group[0].optional else {key}
        elif len(own) == 1 or (not own and group[0].optional):
            chosen |= set(own)
        else:
            return [], group[0].name
    return [line for line in offered if line.key in chosen], ""


def rest(lines: Sequence[L], called: Mapping[int, Decimal]) -> list[L]:
    """Return the offered lines of which something is left, with that as their quantity. Of a line and its alternatives the one that was ordered first is the one: nothing is left of the others."""
    offered = {line.key: line for line in lines if line.price is not None}
    mains = {key: line.instead_of if line.instead_of in offered else key for key, line in offered.items()}
    begun = {mains[key]: key for key, quantity in called.items() if quantity > 0 and key in mains}
    found = []
    for key, line in offered.items():
        left = line.quantity - called.get(key, Decimal(0))
        if left > 0 and begun.get(mains[key] or key, key) == key:
            line = copy.copy(line)
            line.quantity = left
            if mains[key] in begun:
                line.optional, line.instead_of = offered[mains[key] or key].optional, None
            found.append(line)
    return found


def is_done(lines: Sequence[Offered], called: Mapping[int, Decimal]) -> bool:
    """Whether all is ordered that is not optional: what is left of the rest lapses, as where the whole is ordered."""
    left = rest(lines, called)
    mains = {line.key: line for line in left}
    return all(line.optional or (line.instead_of in mains and mains[line.instead_of].optional) for line in left)


def parts(lines: Sequence[L], wanted: Mapping[int, Decimal], steps: Mapping[int, Decimal]) -> tuple[list[L], dict[int, str]]:
    """Return what is ordered when so much is wanted of each line (by key) of what is left, and per key what is wrong with it. `steps`: by key, how it is sold; all that is left can always be ordered."""
    found: list[L] = []
    wrong: dict[int, str] = {}
    groups: dict[int, int] = {}
    there = {line.key: line for line in lines}
    for key, quantity in wanted.items():
        if not quantity:
            continue
        line = there.get(key)
        if line is None or not quantity.is_finite() or quantity < 0 or quantity > line.quantity:
            wrong[key] = "quotes.too_much"
        elif quantity < line.quantity and steps.get(key) and quantity % steps[key]:
            wrong[key] = "quotes.part_step"
        elif groups.setdefault(line.instead_of if line.instead_of in there else key, key) != key:
            wrong[key] = "quotes.one_of"
        else:
            line = copy.copy(line)
            line.quantity = quantity
            found.append(line)
    return sorted(found, key=lambda item: item.key), wrong


@dataclass(frozen=True)
class Difference:
    """One line that is not as it was in an earlier version. `kind`: added, changed or removed; `before` and `now` by what differs."""

    key: int
    kind: str
    before: Mapping[str, object]
    now: Mapping[str, object]


# A remark is said anew in each round.
COMPARED = ("sku", "quantity", "target", "price", "optional")


def differences(before: Sequence[object], now: Sequence[object]) -> list[Difference]:
    """Compare the lines of two versions by key."""
    old, new = {line.key: line for line in before}, {line.key: line for line in now}  # type: ignore[attr-defined]
    found = [Difference(key, "removed", {}, {}) for key in old if key not in new]
    for key, line in new.items():
        if key not in old:
            found.append(Difference(key, "added", {}, {}))
            continue
        differs = [name for name in COMPARED if getattr(line, name) != getattr(old[key], name)]
        if differs:
            found.append(Difference(key, "changed", {name: getattr(old[key], name) for name in differs}, {name: getattr(line, name) for name in differs}))
    return found
