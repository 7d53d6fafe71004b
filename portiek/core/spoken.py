"""Words that somebody wrote in Dutch, in English or in both."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import get_language

Words = TypeVar("Words", bound=tuple[str, ...])


def spoken(dutch: Words, english: Words, language: str = "") -> Words:
    """Return the words of a language (that of the moment), or of the other one when its first is empty."""
    first, second = (english, dutch) if (language or get_language() or "").startswith("en") else (dutch, english)
    return first if first[0] else second
