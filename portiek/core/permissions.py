"""Rights: constants with a label, registered once, unknown ones refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from portiek.core.actor import REACHES

Audience = Literal["party", "staff", "both"]


@dataclass(frozen=True)
class Right:
    """One right: `code` is `resource.action`; a scoped one may be granted as own, unit or company. `behalf`: may be used by who acts for somebody else."""

    code: str
    label: Any
    audience: Audience
    scoped: bool
    behalf: bool


_rights: dict[str, Right] = {}
_subjects: dict[str, tuple[int, Any]] = {}


def right(code: str, label: Any, *, audience: Audience = "both", scoped: bool = False, behalf: bool = True) -> str:
    """Register a right and return its code. Raises ValueError when the code is taken."""
    if code in _rights:
        raise ValueError(f"the right {code} is registered twice")
    _rights[code] = Right(code, label, audience, scoped, behalf)
    return code


def subject(label: Any, *resources: str, order: int) -> None:
    """Say under which heading the rights over these resources (`order` of `order.place`) are listed. Raises ValueError when a resource has one."""
    for resource in resources:
        if resource in _subjects:
            raise ValueError(f"the rights over {resource} have a heading already")
        _subjects[resource] = (order, label)


def subject_of(code: str) -> tuple[int, Any]:
    """Return place and heading of a right; (1000, "") for one without."""
    return _subjects.get(code.partition(".")[0], (1000, ""))


def base(granted: str) -> str:
    """Return the right of a granted code: without its reach."""
    code, _, reach = granted.rpartition(".")
    return code if reach in REACHES else granted


def on_behalf(granted: Iterable[str]) -> frozenset[str]:
    """Return what of these rights may be used by who acts for somebody else: no signing, paying, approving, no keys, roles or credentials."""
    return frozenset(code for code in granted if base(code) in _rights and _rights[base(code)].behalf)


def rights() -> dict[str, Right]:
    """Return every right by code."""
    return dict(_rights)


def known(granted: str) -> bool:
    """Whether a granted code (with or without its reach) is a registered right."""
    if granted in _rights:
        return True
    code, _, reach = granted.rpartition(".")
    return reach in REACHES and code in _rights and _rights[code].scoped
