"""Why is the portal of a party empty? Each module names what it can look at, with what it found in words and where it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import Actor

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """What a check found: well, worth a look, or the reason why they see nothing; `mend` is (label, url) for who may."""

    state: State
    note: Any
    mend: tuple[Any, str] | None = None


@dataclass(frozen=True)
class Check:
    """One check: `look(actor, party)` costs a statement or two, and returns None where it does not apply."""

    key: str
    label: Any
    right: str
    order: int
    look: Callable[[Actor, Any], Finding | None]


_checks: dict[str, Check] = {}


def check(key: str, label: Any, *, right: str, order: int, look: Callable[[Actor, Any], Finding | None]) -> None:
    """Register a check. Raises ValueError when the key is taken."""
    if key in _checks:
        raise ValueError(f"the check {key} is registered twice")
    _checks[key] = Check(key, label, right, order, look)


def checked(actor: Actor, party: Any) -> list[tuple[Check, Finding]]:
    """Return what this actor may look at of a party, in order, with what was found."""
    mine = sorted((item for item in _checks.values() if actor.may(item.right)), key=lambda item: (item.order, item.key))
    return [(item, found) for item in mine if (found := item.look(actor, party)) is not None]
