"""Who can see an object: each module names the ways that lead to its kind, and the page "Who can see this?" tells them as a chain.

The ways are no second lock: pages and row security decide. tests/architecture/test_sight.py holds what is said here against what pages answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Way:
    """One way to an object: a right, as far as it reaches (to what is `user_id`'s own, or of `units`: the unit with those above it); without a right the person `user_id`, or everybody who is in.

    `any_reach`: the right leads there however far it goes.
    """

    right: str = ""
    user_id: int = 0
    units: tuple[int, ...] = ()
    everybody: bool = False
    any_reach: bool = False

    def leads(self, person: Actor) -> bool:
        """Whether this way leads a person of the side it is meant for to the object."""
        if not self.right:
            return self.everybody or (self.user_id > 0 and self.user_id == person.user_id)
        reach = person.reach(self.right)
        if reach is None or reach == "company" or self.any_reach:
            return reach is not None
        if reach == "unit" and person.unit_id:
            return person.unit_id in self.units
        return self.user_id > 0 and self.user_id == person.user_id


@dataclass(frozen=True)
class Sight:
    """One object as it is looked at: whose it is (None: the portal's own), the ways of that party's people and of the staff.

    `closed`: why nobody of the party sees it, whatever his rights; "" when nothing stands between.
    """

    label: str
    url: str
    party_id: int | None
    ways: tuple[Way, ...] = ()
    staff: tuple[Way, ...] = ()
    closed: Any = ""
    # Where who may can change that.
    mend_url: str = ""


Look = Callable[[Actor, int, int | None], Sight | None]
_looks: dict[str, Look] = {}


def register_sight(kind: str, look: Look) -> None:
    """Say who can see a kind of object. `look(actor, key, party_id)` returns None for what the actor may not see; `party_id` is the party asked about where the object is the portal's own."""
    if kind in _looks:
        raise ValueError(f"who sees {kind} is registered twice")
    _looks[kind] = look


def sight(actor: Actor, reference: str, party_id: int | None = None) -> Sight | None:
    """Return one object as it is looked at, or None when it is unknown, gone or not for this actor."""
    kind, _, key = reference.partition(":")
    look = _looks.get(kind)
    return look(actor, int(key), party_id) if look and key.isascii() and key.isdigit() and len(key) < 19 else None


def kinds() -> list[str]:
    """Return every kind of object of which is said who can see it."""
    return sorted(_looks)
