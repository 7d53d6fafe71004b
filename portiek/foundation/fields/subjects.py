"""What fields can be put on: each module names its kind of object, the table of its values and who may fill them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portiek.core.actor import Actor
from portiek.core.errors import NotFound


@dataclass(frozen=True)
class Subject:
    """One kind of object. `model` holds it, `values` what is filled in, by the key `holder`; `find(actor, number)` raises NotFound.

    `right`: of staff who fill in; `fills`: of a party's people who fill in on its page, "" where that is asked elsewhere; `party_of(row)`: in whose log it stands, None: the portal's.
    """

    key: str
    model: Any
    values: Any
    holder: str
    ref: str
    right: str
    fills: str
    find: Callable[[Actor, str], Any]
    party_of: Callable[[Any], int | None]
    number_of: Callable[[Any], str]
    url: Callable[[Actor, Any], str]
    order: int

    def of(self, row: Any) -> Any:
        """Return the values of one object."""
        return self.values.objects.filter(**{f"{self.holder}_id": row.pk})


_subjects: dict[str, Subject] = {}


def subject(key: str, **about: Any) -> Subject:
    """Register a kind of object. Raises ValueError when it is registered already."""
    if key in _subjects:
        raise ValueError(f"fields on {key} are registered twice")
    _subjects[key] = Subject(key=key, **about)
    return _subjects[key]


def named(key: str) -> Subject:
    """Return one kind of object. Raises NotFound."""
    if key not in _subjects:
        raise NotFound
    return _subjects[key]


def subjects() -> list[Subject]:
    """Return every kind of object, in order."""
    return sorted(_subjects.values(), key=lambda item: item.order)
