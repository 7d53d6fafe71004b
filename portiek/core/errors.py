"""An expected no: its code, its words and its HTTP status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

_words: dict[str, Any] = {}


class Refused(Exception):
    """The rules say no. `code` is for machines, `wording()` for people; `values` fill the sentence; `field` points at the input.

    `parts`: what is wrong in each place, when several are.
    """

    def __init__(self, code: str, *, field: str | None = None, parts: Sequence[Refused] = (), **values: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.parts, self.values = code, field, parts, values


class Conflict(Refused):
    """Somebody else was first; what is on the screen is old."""


class NotFound(Http404):
    """Unknown and foreign give the same answer."""


class Forbidden(PermissionDenied):
    """The actor's own company has this, but he lacks the right."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


def word(code: str, text: Any) -> str:
    """Give a code its sentence (a lazy translation with {names}) and return the code. Each code is worded once."""
    if code in _words and str(_words[code]) != str(text):
        raise ValueError(f"{code} is worded twice")
    _words[code] = text
    return code


def wording(refused: Refused) -> str:
    """Return the sentence of a refusal in the language of the moment. Raises KeyError for a code without words."""
    return str(_words[refused.code]).format(**refused.values)


def worded() -> dict[str, Any]:
    """Return every code with its sentence, for the reference and its test."""
    return dict(_words)
