"""Facts: one append-only row that is the audit entry, the feed, the webhook's payload, the live update and the trigger of reactions."""

from __future__ import annotations

import contextvars
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar, dataclass_transform

from django.utils import timezone

from portiek.core import jobs
from portiek.core.actor import Actor


class Fact:
    """The base of all facts: frozen dataclasses in the past tense, small, with ids only."""

    name: str = ""
    public: bool = False


F = TypeVar("F", bound=type[Fact])
_facts: dict[str, type[Fact]] = {}
_reactions: dict[str, list[Callable[..., None]]] = {}
_reactions_together: dict[str, list[Callable[..., None]]] = {}
# Facts for one job of a reaction that takes them together.
TOGETHER = 1000
# Of a text that changed, the log keeps so much.
LONGEST = 300
_collected: contextvars.ContextVar[list[_Recorded] | None]


@dataclass(frozen=True)
class About:
    """What a reaction learns beside the fact itself."""

    fact_id: int
    party_id: int | None
    subject: str
    user_id: int
    at: Any
    text: str = ""
    by_name: str = ""
    # Of who did it: party, staff, system or auth.
    kind: str = ""

    @staticmethod
    def of(row: Any) -> About:
        """Return what a fact's row says beside the fact."""
        return About(row.pk, row.party_id, row.subject, row.user_id, row.at, row.text, row.by_name, row.kind)


@dataclass
class _Recorded:
    fact: Fact
    party_id: int | None
    subject: str
    text: str
    changes: dict[str, list[str]]


_collected = contextvars.ContextVar("facts", default=None)


@dataclass_transform(frozen_default=True)
def fact(name: str, *, public: bool = False) -> Callable[[F], F]:
    """Register a fact under its name `module.noun.past_tense`, which is for ever. `public` makes its fields a contract."""

    def declare(cls: F) -> F:
        made = dataclass(frozen=True)(cls)
        if name in _facts:
            raise ValueError(f"the fact {name} is registered twice")
        made.name, made.public = name, public
        _facts[name] = made
        return made  # type: ignore[return-value]

    return declare


def facts() -> dict[str, type[Fact]]:
    """Return every registered fact by name."""
    return dict(_facts)


def reacts_to(*classes: type[Fact]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run the function `(actor, fact, about)` as a job after each such fact, in a scope of its own, its database effect once."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        name = f"{function.__module__}.{function.__qualname__}"

        @jobs.job(name=name, lock=lambda arguments: f"fact:{arguments['subject']}" if arguments.get("subject") else None)
        @functools.wraps(function)
        def react(actor: Actor, *, fact: int, subject: str = "") -> None:
            from portiek.core.models import FactRow, ReactionDone

            row = FactRow.objects.filter(pk=fact).first()
            if row is None:
                return
            _, fresh = ReactionDone.objects.get_or_create(portal_id=actor.portal_id, fact_id=row.pk, reaction=name)
            if fresh:
                function(actor, load(row), About.of(row))

        for cls in classes:
            _reactions.setdefault(cls.name, []).append(react)
        return function

    return declare


def reacts_together_to(*classes: type[Fact]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run the function `(actor, happened)`, with pairs of fact and About, as one job after all such facts of one action: for what a feed brings by the thousand.

    In a scope of its own, its database effect once; unlike `reacts_to` not one at a time per subject, so what it does must not depend on their order.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        name = f"{function.__module__}.{function.__qualname__}"

        @jobs.job(name=name)
        @functools.wraps(function)
        def react(actor: Actor, *, facts: list[int]) -> None:
            from portiek.core.models import FactRow, ReactionDone

            done = set(ReactionDone.objects.filter(portal_id=actor.portal_id, fact_id__in=facts, reaction=name).values_list("fact_id", flat=True))
            rows = [row for row in FactRow.objects.filter(pk__in=facts).order_by("pk") if row.pk not in done]
            if rows:
                # Two runs at once: the second is refused by the database and starts again, when all of it is done.
                ReactionDone.objects.bulk_create([ReactionDone(portal_id=actor.portal_id, fact_id=row.pk, reaction=name) for row in rows])
                function(actor, [(load(row), About.of(row)) for row in rows])

        for cls in classes:
            _reactions_together.setdefault(cls.name, []).append(react)
        return function

    return declare


def reactions() -> dict[str, list[Callable[..., None]]]:
    """Return the reactions by the name of their fact."""
    return _reactions


def load(row: Any) -> Fact:
    """Make a fact of its row again; fields that a later version added take their default."""
    cls = _facts[row.name]
    known = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    return cls(**{key: value for key, value in row.payload.items() if key in known})


def record(actor: Actor, happened: Fact, *, party_id: int | None = None, subject: str = "", text: str = "", changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    """Record a fact inside an action. `party_id`: whose it is (None: staff alone); `subject`: a ref; `text`: the business number shown.

    `changes`: what changed, name of the field to (old, new), for the log alone; what is the same on both sides is left out. Raises RuntimeError outside an action.
    """
    collected = _collected.get()
    if collected is None:
        raise RuntimeError("facts are recorded inside actions")
    collected.append(_Recorded(happened, party_id, subject, text, {name: [_plain(old), _plain(new)] for name, (old, new) in (changes or {}).items() if old != new}))


def _plain(value: Any) -> str:
    """Write a value as the log keeps it."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)[:LONGEST]


def collecting() -> bool:
    """Whether an action is under way."""
    return _collected.get() is not None


@contextmanager
def collect(actor: Actor) -> Iterator[None]:
    """Gather the facts of one action and write them, with the jobs of their reactions, at its end: two statements."""
    marker = _collected.set([])
    try:
        yield
        collected = _collected.get() or []
        if collected:
            _write(actor, collected)
    finally:
        _collected.reset(marker)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Forget what is recorded inside: for who undoes all that was written too."""
    marker = _collected.set([])
    try:
        yield
    finally:
        _collected.reset(marker)


def _write(actor: Actor, collected: list[_Recorded]) -> None:
    from portiek.core.models import FactRow

    now = timezone.now()
    rows = FactRow.objects.bulk_create([
        FactRow(portal_id=actor.portal_id, party_id=item.party_id, name=item.fact.name, payload=_payload(item.fact), subject=item.subject, text=item.text[:200], changes=item.changes,
                user_id=actor.user_id, user_name=actor.name, kind=actor.kind, api_key_id=actor.api_key_id, by_user_id=actor.by_user_id, by_name=actor.by_name, mandate_id=actor.mandate_id, at=now)
        for item in collected
    ])
    calls: list[tuple[Callable[..., None], dict[str, Any]]] = [
        (react, {"fact": row.pk, "subject": row.subject}) for row in rows for react in _reactions.get(row.name, ())
    ]
    together: dict[Callable[..., None], list[int]] = {}
    for row in rows:
        for react in _reactions_together.get(row.name, ()):
            together.setdefault(react, []).append(row.pk)
    calls += [(react, {"facts": keys[start : start + TOGETHER]}) for react, keys in together.items() for start in range(0, len(keys), TOGETHER)]
    jobs.defer_many(calls)


def _payload(happened: Fact) -> dict[str, Any]:
    return {field.name: getattr(happened, field.name) for field in dataclasses.fields(happened)}  # type: ignore[arg-type]
