"""What a portal can switch on and off, for everybody, for one kind of party or for one party: bundles of rights, each said by its module.

Off is no second mechanism: the rights are withheld by the ceiling, so that menu, pages and API know no more of it than of any right that lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Feature:
    """A bundle of rights with a name and a line that says what goes with it."""

    code: str
    label: Any
    help: Any
    rights: frozenset[str]
    order: int


_features: dict[str, Feature] = {}
_withholds: list[Callable[[Actor, str], bool]] = []


def feature(code: str, label: Any, help: Any, *rights: str, order: int) -> str:
    """Register a feature and return its code. Raises ValueError when the code is taken, or one of its rights is of another feature."""
    if code in _features or any(set(rights) & item.rights for item in _features.values()):
        raise ValueError(f"the feature {code}, or a right of it, is registered twice")
    _features[code] = Feature(code, label, help, frozenset(rights), order)
    return code


def features() -> list[Feature]:
    """Return every feature, in order."""
    return sorted(_features.values(), key=lambda item: (item.order, item.code))


def tell_withheld(look: Callable[[Actor, str], bool]) -> None:
    """Say how it is known that a right is withheld from an actor's company. One module does."""
    _withholds.append(look)


def is_off(actor: Actor, right: str) -> bool:
    """Whether what a right leads to is not there for the actor's company, so that asking a colleague for it helps nobody. In the actor's scope."""
    return actor.kind == "party" and any(look(actor, right) for look in _withholds)
