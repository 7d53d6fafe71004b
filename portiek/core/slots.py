"""Slots: a lower page declares a place, higher modules fill it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Filling:
    """What a module puts in a slot: `render(request, **about)` returns HTML, or None for nothing."""

    key: str
    label: Any
    right: str | None
    order: int
    render: Callable[..., Any]


_slots: dict[str, str] = {}
_fillings: dict[str, list[Filling]] = {}


def declare(name: str, purpose: str) -> str:
    """Declare a slot and say what it is for."""
    if name in _slots:
        raise ValueError(f"the slot {name} is declared twice")
    _slots[name] = purpose
    return name


def fill(name: str, *, key: str, label: Any = "", right: str | None = None, order: int = 100, render: Callable[..., Any]) -> None:
    """Fill a declared slot. Raises KeyError for a slot that nobody declared."""
    if name not in _slots:
        raise KeyError(f"no page declares the slot {name}")
    _fillings.setdefault(name, []).append(Filling(key, label, right, order, render))


def fillings(name: str, actor: Any) -> list[Filling]:
    """Return what this actor may see of a slot, in order."""
    found = [item for item in _fillings.get(name, ()) if item.right is None or actor.may(item.right)]
    return sorted(found, key=lambda item: (item.order, item.key))


def rendered(name: str, request: HttpRequest, **about: Any) -> list[tuple[Filling, Any]]:
    """Render a slot for the request's actor, leaving out what has nothing to show."""
    pairs = [(item, item.render(request, **about)) for item in fillings(name, request.actor)]  # type: ignore[attr-defined]
    return [(item, html) for item, html in pairs if html]


def slots() -> dict[str, str]:
    """Return every declared slot with its purpose."""
    return dict(_slots)


# The frame around every page is made last of all; its places are declared here, so that every module can fill them.
declare("shell.cart", "The cart in the bar: render returns None, or an object with url, lines and amount (Countings) and currency.")
declare("shell.helpers", "Whom to ask for a right that one lacks: render(request) returns a sentence, or None.")
declare("shell.inbox", "The bell in the bar: render returns an object with url and count (a Counting).")
# Lists of several modules have this place in common.
declare("list.ways", "Another way to fill a list, such as from a spreadsheet: render(request, what=\"people\", party=Party or None) returns HTML of a button.")
