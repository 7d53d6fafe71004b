"""How two parties become one, and part of one another: each module says in its `merging.py` what happens to the rows of the party that they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Q

from portiek.core.actor import Actor
from portiek.core.errors import Refused

Fate = Literal["moves", "stays", "step"]


@dataclass(frozen=True)
class Deed:
    """What is done: rows of the party `source` go to the party `target`. A merge takes all of them; a split those of `units`, and of `people` who work there.

    `unit`: the unit of the target that takes the place of the whole source, where it becomes a branch. `target` 0: a party that is not made yet. `people`: who work nowhere else in the source.
    """

    source: int
    target: int
    is_split: bool = False
    units: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    as_branch: bool = False
    unit: int | None = None
    # Who manages people there from the start; for a split alone.
    administrator: int = 0


Step = Callable[[Actor, Deed], None]
Count = Callable[[Actor, Deed], int]
Takes = Callable[[Deed], Q]


@dataclass(frozen=True)
class Rule:
    """What happens to rows of a model that name a party in `columns`.

    `once`: what a party has only once, by columns; a row whose like is there already stays, where `among` holds (empty: always). `hangs_on`: the row that it goes along with. `takes`: which rows a split takes (None: none, but what hangs on others).
    `loses`: what it refers to and is left empty where that did not go along.
    """

    model: str
    fate: Fate
    columns: tuple[str, ...]
    label: Any = ""
    says: Any = ""
    once: tuple[tuple[str, ...], ...] = ()
    among: Mapping[str, Any] = field(default_factory=dict)
    hangs_on: str = ""
    takes: Takes | None = None
    loses: tuple[str, ...] = ()
    count: Count | None = None
    # Whether what it settles is over, and nothing of it goes along.
    ends: bool = False
    first: Step | None = None
    do: Step | None = None
    order: int = 50


_rules: dict[tuple[str, tuple[str, ...]], Rule] = {}
_refusals: dict[str, Callable[[Actor, Deed], Iterable[Refused]]] = {}
_warnings: dict[str, Callable[[Actor, Deed], Iterable[str]]] = {}
_people: dict[str, Callable[[Actor, int, list[int] | None], Iterable[tuple[int, str]]]] = {}


def _register(rule: Rule) -> None:
    if any(model == rule.model and set(columns) & set(rule.columns) for model, columns in _rules):
        raise ValueError(f"what happens to {rule.model} is said twice")
    _rules[rule.model, rule.columns] = rule


def moves(model: str, *, column: str = "party", label: Any = "", says: Any = "", once: tuple[tuple[str, ...], ...] = (), among: Mapping[str, Any] | None = None, hangs_on: str = "",
          takes: Takes | None = None, loses: tuple[str, ...] = (), first: Step | None = None, then: Step | None = None, order: int = 50) -> None:
    """Say that rows go along. What others hang on goes before those (`order`). `says`: what becomes of those that stay because the other has the like; `first`, `then`: actions before and after it."""
    _register(Rule(model, "moves", (column,), label, says, once, among or {}, hangs_on, takes, loses, first=first, do=then, order=order))


def stays(model: str, *columns: str, ground: Any, label: Any = "") -> None:
    """Say that rows stay with the party that they were made for, and why; with a `label` the page says so."""
    _register(Rule(model, "stays", columns or ("party",), label, ground))


def step(model: str, *columns: str, says: Any, do: Step, label: Any = "", count: Count | None = None, ends: bool = False, order: int = 50) -> None:
    """Say that an action of the module settles these rows, and in words how; `ends`: they are over by it."""
    _register(Rule(model, "step", columns or ("party",), label, says, count=count, ends=ends, do=do, order=order))


def refuses(key: str, look: Callable[[Actor, Deed], Iterable[Refused]]) -> None:
    """Register what can stand in the way: asked for the page, and again at the moment itself."""
    _refusals[key] = look


def warns(key: str, look: Callable[[Actor, Deed], Iterable[str]]) -> None:
    """Register what staff must know before they decide."""
    _warnings[key] = look


def works_in(key: str, look: Callable[[Actor, int, list[int] | None], Iterable[tuple[int, str]]]) -> None:
    """Register who knows the people of a party, or those that work in these units alone, by id and name."""
    _people[key] = look


def rules() -> list[Rule]:
    """Return every rule, in the order in which they are carried out."""
    return sorted(_rules.values(), key=lambda rule: rule.order)


def refusals(actor: Actor, deed: Deed) -> list[Refused]:
    """Return what stands in the way now."""
    return [refused for look in _refusals.values() for refused in look(actor, deed)]


def warnings(actor: Actor, deed: Deed) -> list[str]:
    """Return what staff must know, in words."""
    return [text for look in _warnings.values() for text in look(actor, deed)]


def people_in(actor: Actor, party_id: int, units: Iterable[int] | None = None) -> list[tuple[int, str]]:
    """Return the people of a party, or those who work in these units and in no others of it."""
    wanted = None if units is None else list(units)
    return [person for look in _people.values() for person in look(actor, party_id, wanted)]
