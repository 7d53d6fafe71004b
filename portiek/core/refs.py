"""References across modules: `"orders.order:12"` to a label, an address, and whether this actor may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Shown:
    """What a page shows of a reference."""

    label: str
    url: str


_resolvers: dict[str, Callable[[Actor, int], Shown | None]] = {}


def ref(kind: str, key: int) -> str:
    """Return the reference of one object."""
    return f"{kind}:{key}"


def register_ref(kind: str, resolve: Callable[[Actor, int], Shown | None]) -> None:
    """Say how a kind of object is shown; the resolver returns None for what the actor may not see."""
    if kind in _resolvers:
        raise ValueError(f"references of {kind} are registered twice")
    _resolvers[kind] = resolve


def show(actor: Actor, reference: str) -> Shown | None:
    """Return label and address of a reference, or None when it is unknown, gone or not for this actor."""
    kind, _, key = reference.partition(":")
    resolve = _resolvers.get(kind)
    return resolve(actor, int(key)) if resolve and key.isdigit() and len(key) < 19 else None


def is_known(reference: str) -> bool:
    """Whether some module says how this kind of reference is shown."""
    return reference.partition(":")[0] in _resolvers
