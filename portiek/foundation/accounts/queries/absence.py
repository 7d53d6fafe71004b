"""Who is away, who stands in for whom, and the colleagues that one can choose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.foundation.accounts.models import Absence, Membership, User
from portiek.foundation.accounts.queries.roles import all_holders


def absence_of(actor: Actor, *, party_id: int | None, user_id: int) -> Absence | None:
    """Return the absence of one person that runs or is to come; a party sees those of its own people alone."""
    found = Absence.objects.select_related("user", "deputy").filter(portal_id=actor.portal_id, party_id=party_id, user_id=user_id, ends_at__gt=timezone.now())  # type: ignore[misc]
    return found.first() if actor.is_staff or party_id == actor.party_id else None


def away(actor: Actor, *, party_id: int | None, user_ids: Collection[int]) -> dict[int, Absence]:
    """Return who of some people is away now, by user. One statement."""
    if not actor.is_staff and party_id != actor.party_id:
        return {}
    return {row.user_id: row for row in _now(actor, party_id).select_related("deputy").filter(user_id__in=list(user_ids))}


def _now(actor: Actor, party_id: int | None) -> QuerySet[Absence]:
    now = timezone.now()
    return Absence.objects.filter(portal_id=actor.portal_id, party_id=party_id, starts_at__lte=now, ends_at__gt=now)  # type: ignore[misc]


def _places(actor: Actor, party_id: int | None) -> QuerySet[Membership]:
    return Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True, user__is_active=True)  # type: ignore[misc]


def _stood_in(actor: Actor, party_id: int | None) -> QuerySet[Absence]:
    """Return the absences of now with somebody who really stands in: both have their place here, and the deputy is not away himself. There is no chain."""
    here, absent = _places(actor, party_id).values("user_id"), _now(actor, party_id)
    return absent.filter(user_id__in=here, deputy_id__in=here).exclude(deputy_id__in=absent.values("user_id"))


def stood_in_for(actor: Actor) -> QuerySet[Absence]:
    """Return the ids of those for whom an actor stands in now, to filter by."""
    # A program of his stands in for nobody.
    return _stood_in(actor, actor.party_id).filter(deputy_id=0 if actor.api_key_id else actor.user_id).values("user_id")  # type: ignore[return-value]


_THERE = "EXISTS (SELECT FROM accounts_membership m JOIN accounts_user u ON u.portal_id = m.portal_id AND u.id = m.user_id AND u.is_active WHERE m.portal_id = a.portal_id AND m.user_id = {who} AND m.is_active AND m.party_id IS NOT DISTINCT FROM a.party_id)"
_NOW = "{row}.starts_at <= %s AND {row}.ends_at > %s"
_STOOD_IN = f"""SELECT a.user_id FROM accounts_absence a WHERE a.portal_id = %s AND a.deputy_id = %s AND a.party_id IS NOT DISTINCT FROM %s AND {_NOW.format(row="a")} AND {_THERE.format(who="a.user_id")} AND {_THERE.format(who="a.deputy_id")}
 AND NOT EXISTS (SELECT FROM accounts_absence d WHERE d.portal_id = a.portal_id AND d.user_id = a.deputy_id AND d.party_id IS NOT DISTINCT FROM a.party_id AND {_NOW.format(row="d")})"""


def stood_in_for_sql(actor: Actor) -> tuple[str, list[Any]]:
    """Return stood_in_for as SQL with its values, for what every page asks: making it anew of filters costs more than asking it."""
    now = timezone.now()
    return _STOOD_IN, [actor.portal_id, 0 if actor.api_key_id else actor.user_id, actor.party_id, now, now, now, now]


@dataclass(frozen=True)
class Absent:
    """Somebody for whom the actor stands in, with the rights of his roles: what he would be asked."""

    user_id: int
    name: str
    last_day: date
    rights: frozenset[str]


def standing_in(actor: Actor) -> list[Absent]:
    """Return for whom an actor stands in now. One statement, two where there is somebody."""
    if not actor.user_id or actor.api_key_id:
        return []
    rows = list(_stood_in(actor, actor.party_id).filter(deputy_id=actor.user_id).select_related("user").order_by("user__name", "pk"))
    held: dict[int, set[str]] = {row.user_id: set() for row in rows}
    for user_id, rights in _places(actor, actor.party_id).filter(user_id__in=held, role__removed_at=None).values_list("user_id", "role__rights") if rows else ():
        held[user_id] |= set(rights)
    return [Absent(row.user_id, row.user.name, row.last_day, frozenset(held[row.user_id])) for row in rows]


def deputy_of(actor: Actor, *, party_id: int | None, user_id: int) -> int | None:
    """Return who stands in now for one person of a company, or None. Raises nothing for who is not away."""
    return _stood_in(actor, party_id).filter(user_id=user_id).values_list("deputy_id", flat=True).first()


def colleagues(actor: Actor, *, party_id: int | None, right: str = "", besides: int = 0, search: str = "") -> QuerySet[User]:
    """Return the people of a company (None: the staff) who have access, to choose from; `right`: those who hold it. Order: PEOPLE_BY_NAME."""
    places = all_holders(actor, right).filter(party_id=party_id) if right else _places(actor, party_id)  # type: ignore[misc]
    found = User.objects.filter(portal_id=actor.portal_id, is_active=True, pk__in=places.values("user_id")).exclude(pk=besides)
    if search:
        found = found.filter(name__icontains=search)
    return found if actor.is_staff or party_id == actor.party_id else found.none()
