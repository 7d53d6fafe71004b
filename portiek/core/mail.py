"""Letters of the lower modules (a log-in code, an invitation): their words are registered here, a higher module carries them.

Until one does, they go out as plain text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage
from django.utils import translation

from portiek.core.actor import Actor


@dataclass(frozen=True)
class Letter:
    """The words of one kind of mail (lazy translations with {names}); `action` labels the link that is in the value `url`."""

    kind: str
    subject: Any
    body: Any
    action: Any = ""


Carrier = Callable[..., None]
_letters: dict[str, Letter] = {}
_carriers: list[Carrier] = []


def letter(kind: str, subject: Any, body: Any, action: Any = "") -> str:
    """Register a kind of mail and return its code. Raises ValueError when the code is taken."""
    if kind in _letters:
        raise ValueError(f"the letter {kind} is registered twice")
    _letters[kind] = Letter(kind, subject, body, action)
    return kind


def letters() -> dict[str, Letter]:
    """Return every kind of mail by code."""
    return dict(_letters)


def carried_by(carrier: Carrier) -> None:
    """Hand every letter to this function `(actor, *, to, kind, values, language)`; the last one named holds."""
    _carriers[:] = [carrier]


def mail_now(actor: Actor, *, to: str, kind: str, values: dict[str, Any], language: str) -> None:
    """Send one letter. Call it from a job, outside any scope. Raises OSError when the mail server does not take it."""
    if _carriers:
        _carriers[0](actor, to=to, kind=kind, values=values, language=language)
        return
    found = _letters[kind]
    with translation.override(language):
        subject, body = str(found.subject).format(**values), str(found.body).format(**values)
        if found.action:
            body += f"\n\n{found.action}:\n{values['url']}"
    # A name may hold a line break; a subject may not.
    EmailMessage(" ".join(subject.split()), body, to=[to]).send()
