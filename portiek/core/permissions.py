"""Rights: constants with a label, registered once, unknown ones refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import REACHES

Audience = Literal["party", "staff", "both"]


@dataclass(frozen=True)
class Right:
    """One right: `code` is `resource.action`; a scoped one may be granted as own, unit or company."""

    code: str
    label: Any
    audience: Audience
    scoped: bool


_rights: dict[str, Right] = {}


def right(code: str, label: Any, *, audience: Audience = "both", scoped: bool = False) -> str:
    """Register a right and return its code. Raises ValueError when the code is taken."""
    if code in _rights:
        raise ValueError(f"the right {code} is registered twice")
    _rights[code] = Right(code, label, audience, scoped)
    return code


def rights() -> dict[str, Right]:
    """Return every right by code."""
    return dict(_rights)


def known(granted: str) -> bool:
    """Whether a granted code (with or without its reach) is a registered right."""
    if granted in _rights:
        return True
    code, _, reach = granted.rpartition(".")
    return reach in REACHES and code in _rights and _rights[code].scoped
