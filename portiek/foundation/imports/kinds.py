"""What can be brought in: each module says which columns a row has and what is done with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django import forms

from portiek.core.actor import Actor
from portiek.core.errors import NotFound

Outcome = Literal["new", "changed", "same"]
# Whose rows they are: of one party (one's own, or for staff a named one), or of the portal.
Place = Literal["party", "portal"]


@dataclass(frozen=True)
class Column:
    """One column. `also`: other headings that mean it; `choices`: the words that it takes; `example` stands in the template."""

    name: str
    label: Any
    required: bool = False
    hint: Any = ""
    also: Sequence[str] = ()
    example: str = ""
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of row.

    `begin(actor, party)` gathers once what every row needs; `take(actor, party, gathered, values)` does one row by the module's own actions, as the person who asked, and
    says what came of it: it raises Refused, Forbidden, NotFound or Wrong. `values` holds the columns of the file alone: what is not in it stays as it is.
    `same(values)`: by what a row is known, so that nothing stands twice in one file. `together`: rows build on earlier ones.
    `finish(actor, party, gathered)` ends what a batch of rows did, in the transaction in which it did: one fact of an object that many rows change. It is not called for a trial.
    """

    key: str
    label: Any
    lead: Any
    right: str
    places: frozenset[Place]
    columns: Callable[[Actor, Any], Sequence[Column]]
    begin: Callable[[Actor, Any], Any]
    take: Callable[[Actor, Any, Any, Mapping[str, str]], Outcome]
    same: Callable[[Mapping[str, str]], str]
    back: Callable[[Actor, Any], str]
    together: bool
    order: int
    finish: Callable[[Actor, Any, Any], None] | None


class Wrong(Exception):
    """What is wrong in a row, column by column; "" for the row as a whole."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(text for _name, text in problems))
        self.problems = list(problems)


_kinds: dict[str, Kind] = {}


def importable(key: str, label: Any, lead: Any, *, right: str, places: Sequence[Place], columns: Callable[[Actor, Any], Sequence[Column]], begin: Callable[[Actor, Any], Any],
               take: Callable[[Actor, Any, Any, Mapping[str, str]], Outcome], same: Callable[[Mapping[str, str]], str], back: Callable[[Actor, Any], str], together: bool = False, order: int = 100,
               finish: Callable[[Actor, Any, Any], None] | None = None) -> None:
    """Register a kind of row. Raises ValueError when the key is taken."""
    if key in _kinds:
        raise ValueError(f"the import {key} is registered twice")
    _kinds[key] = Kind(key, label, lead, right, frozenset(places), columns, begin, take, same, back, together, order, finish)


def kind(key: str) -> Kind:
    """Return one kind. Raises NotFound."""
    if key not in _kinds:
        raise NotFound
    return _kinds[key]


def kinds() -> list[Kind]:
    """Return every kind, in order."""
    return sorted(_kinds.values(), key=lambda item: (item.order, item.key))


def fits(found: Kind, actor: Actor, party: Any) -> bool:
    """Whether rows of a kind can be brought in here: for a party (staff: any, others: their own) or for the portal."""
    return ("portal" if party is None else "party") in found.places and (actor.is_staff or (party is not None and party.pk == actor.party_id))


def checked(form: forms.Form, *, more: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return what a form read of a row. Raises Wrong with what it says of each field, and `more` problems that were found before."""
    found = {name for name, _text in more}
    form.full_clean()
    problems = [*more, *((name if name in form.fields else "", str(text)) for name, texts in form.errors.items() if name not in found for text in texts)]
    if problems:
        raise Wrong(problems)
    return form.cleaned_data
