"""The sentence of each fact. A module words its own facts in its `slots.py`; those of the modules below stand in `sentences.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["", "ok", "wait", "stop", "info"]


@dataclass(frozen=True)
class FactWords:
    """How one kind of fact is said."""

    name: str
    text: Any
    icon: str
    tone: Tone


_words: dict[str, FactWords] = {}


def fact_words(name: str, text: Any, *, icon: str = "dot", tone: Tone = "") -> str:
    """Word a fact: a lazy text such as _("{user} approved order {text}"), with {user}, {text} and the fact's own fields.

    Raises ValueError when it is worded already.
    """
    if name in _words:
        raise ValueError(f"the fact {name} is worded twice")
    _words[name] = FactWords(name, text, icon, tone)
    return name


def worded() -> dict[str, FactWords]:
    """Return the words of every fact by its name."""
    return dict(_words)
