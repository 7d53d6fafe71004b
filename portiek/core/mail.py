"""Letters of the lower modules (a log-in code, an invitation): their words are registered here, a higher module carries them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Letter:
    """The words of one kind of mail (lazy translations with {names}); `label` names the kind, `action` the link to the path in the value `url`."""

    kind: str
    label: Any
    subject: Any
    body: Any
    action: Any = ""


Carrier = Callable[..., None]
_letters: dict[str, Letter] = {}
_carriers: list[Carrier] = []


def letter(kind: str, label: Any, subject: Any, body: Any, action: Any = "") -> str:
    """Register a kind of mail and return its code. Raises ValueError when the code is taken."""
    if kind in _letters:
        raise ValueError(f"the letter {kind} is registered twice")
    _letters[kind] = Letter(kind, label, subject, body, action)
    return kind


def letters() -> dict[str, Letter]:
    """Return every kind of mail by code."""
    return dict(_letters)


def carried_by(carrier: Carrier) -> None:
    """Hand every letter to this action `(actor, *, to, kind, values, language)`. Raises ValueError when there is a carrier already."""
    if _carriers:
        raise ValueError("letters have a carrier already")
    _carriers.append(carrier)


def mail_now(actor: Actor, *, to: str, kind: str, values: dict[str, Any], language: str) -> None:
    """Put one letter in the outbox, in the open scope. Raises RuntimeError when nobody carries letters."""
    if not _carriers:
        raise RuntimeError("nobody carries letters")
    _carriers[0](actor, to=to, kind=kind, values=values, language=language)
