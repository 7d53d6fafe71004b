"""How long things are kept: each module says in its `personal.py` what it removes by the clock and after how many days; a portal may choose another number within bounds. A legal hold beats every term and every erasure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor

Old = Callable[[Actor, datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Term:
    """What is removed by the clock: `old(actor, before)` finds the rows from before a moment; `processing`: the line of the register that it belongs to."""

    key: str
    label: Any
    days: int
    least: int
    most: int
    processing: str
    old: Old
    party: str
    user: str
    email: str
    at_gate: bool


_terms: dict[str, Term] = {}


def term(key: str, label: Any, *, days: int, least: int = 1, most: int = 3650, processing: str, old: Old, party: str = "", user: str = "", email: str = "", at_gate: bool = False) -> None:
    """Register what is removed so many days later; `party`, `user` and `email` are the columns by which a legal hold finds its rows. Raises ValueError when the key is taken."""
    if key in _terms:
        raise ValueError(f"the term {key} is registered twice")
    _terms[key] = Term(key, label, days, least, most, processing, old, party, user, email, at_gate)


def terms() -> list[Term]:
    """Return every term, in the order of the register's keys."""
    return sorted(_terms.values(), key=lambda item: item.key)


def days_of(actor: Actor) -> dict[str, int]:
    """Return for how many days this portal keeps each thing. One statement."""
    from portiek.core.models import Kept

    chosen = dict(Kept.objects.filter(portal_id=actor.portal_id).values_list("key", "days"))
    return {item.key: min(max(chosen.get(item.key, item.days), item.least), item.most) for item in _terms.values()}


def over(actor: Actor, key: str, *, now: datetime | None = None) -> QuerySet[Any]:
    """Return the rows whose time is over and that no legal hold keeps: what a nightly job removes, and what the page says that it would."""
    found = _terms[key]
    return spared(actor, found, found.old(actor, (now or timezone.now()) - timedelta(days=days_of(actor)[key])))


def spared(actor: Actor, found: Term, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out what a legal hold keeps."""
    for hold in holds(actor):
        if found.party and hold.party_id:
            rows = rows.exclude(**{found.party: hold.party_id})
        if found.user and hold.user_id:
            rows = rows.exclude(**{found.user: hold.user_id})
        if found.email and hold.email:
            rows = rows.exclude(**{f"{found.email}__iexact": hold.email})
    return rows


def holds(actor: Actor) -> QuerySet[Any]:
    """Return the legal holds that stand."""
    from portiek.core.models import Hold

    return Hold.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate()), portal_id=actor.portal_id, ended_at=None)


def is_held(actor: Actor, *, user_id: int | None, email: str, parties: tuple[int, ...]) -> bool:
    """Whether a legal hold keeps what is known of a person: on himself, or on a party that he is."""
    either = Q(party_id__in=parties)
    if user_id:
        either |= Q(user_id=user_id)
    if email:
        either |= Q(email__iexact=email)
    return holds(actor).filter(either).exists()
