"""What a company asks of the reference of its orders. Pure: a text in, a reason out."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_SHAPE = 40
SIGNS = {"#": "[0-9]", "@": "[A-Za-z]", "*": ".*"}


@dataclass(frozen=True)
class Reference:
    """Whether a reference has to be filled in, what is said beside it, and its shape: # is a figure, @ a letter, * whatever follows, anything else itself. Capitals do not matter; no shape: any text."""

    needed: bool = False
    hint: str = ""
    shape: str = ""

    def why_not(self, text: str) -> str | None:
        """Return why something cannot be ordered under this reference ("": none), or None when it can."""
        if not text.strip():
            return "approvals.reference_needed" if self.needed else None
        fits = not self.shape or re.fullmatch("".join(SIGNS.get(sign) or re.escape(sign) for sign in self.shape), text.strip(), re.IGNORECASE | re.ASCII)
        return None if fits else "approvals.reference_wrong"

    @property
    def example(self) -> str:
        """A text of its shape; empty without one."""
        figures, made = 0, ""
        for sign in self.shape:
            figures += sign == "#"
            made += {"#": str(figures % 10), "@": "A", "*": ""}.get(sign, sign)
        return made


def may_be_shape(text: str) -> bool:
    """Whether a text can be a shape: short, something in it that is asked, and one star at most, so that it is compared in a moment."""
    return len(text) <= MOST_SHAPE and text.isprintable() and text.count("*") <= 1 and text.strip() == text and text != "*"
