"""The main menu: each module names its places, with the right that opens them; the shell shows what the actor may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import Actor
from portiek.core.counting import Counting

Group = Literal["", "agreements", "help", "company", "setup"]


@dataclass(frozen=True)
class Place:
    """One place of the menu. `count(actor)` says how to count what waits there; None as right: every member."""

    key: str
    label: Any
    icon: str
    url: str
    right: str | None
    audience: Literal["party", "staff", "both"]
    group: Group
    order: int
    kinds: tuple[str, ...]
    count: Callable[[Actor], Counting] | None


_places: dict[str, Place] = {}
_within: dict[str, list[str]] = {}


def place(key: str, label: Any, *, icon: str, url: str, right: str | None, order: int, audience: Literal["party", "staff", "both"] = "both", group: Group = "",
          kinds: tuple[str, ...] = (), count: Callable[[Actor], Counting] | None = None) -> None:
    """Add a place. `url` is a URL name; `kinds` limits it to kinds of party (customer, dealer, supplier, person)."""
    if key in _places:
        raise ValueError(f"the place {key} is named twice")
    _places[key] = Place(key, label, icon, url, right, audience, group, order, kinds, count)


def belongs(url: str, key: str) -> None:
    """Say that the pages at and below an address (a URL name) belong to a place of another module: the cart to the catalogue."""
    _within.setdefault(key, []).append(url)


def within(key: str) -> list[str]:
    """Return the URL names that others put under a place."""
    return _within.get(key, [])


def places(actor: Actor, party_kind: str) -> list[Place]:
    """Return the places this actor may open, in order."""
    side = "staff" if actor.is_staff else "party"
    found = [item for item in _places.values() if item.audience in (side, "both") and (item.right is None or actor.may(item.right)) and (not item.kinds or actor.is_staff or party_kind in item.kinds)]
    return sorted(found, key=lambda item: (item.order, item.key))
