"""Who of the staff looks after whom: managers and teams."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.accounts.models import AccountManager, Membership, StaffCard, Team, TeamMember, User

CHOICES = 300


@dataclass(frozen=True)
class Care:
    """Who looks after a party."""

    card: StaffCard | None
    team: Team | None


def looking_after(actor: Actor, party_id: int) -> Care:
    """Return who looks after a party, for its own people and for staff; one who is no longer among the staff is nobody."""
    row = AccountManager.objects.select_related("card", "team").filter(portal_id=actor.portal_id, party_id=party_id).first() if actor.is_staff or actor.party_id == party_id else None
    return Care(row.card if row and row.card and row.card.is_active else None, row.team if row else None)


def _of(user_id: int) -> Q:
    return Q(card__user_id=user_id) | Q(team_id__in=TeamMember.objects.filter(user_id=user_id).values("team_id"))


def own_parties(actor: Actor) -> QuerySet[AccountManager]:
    """Return the ids of the parties that a member of staff looks after, by himself or in a team, to filter by; nothing for others."""
    found = AccountManager.objects.filter(_of(actor.user_id), portal_id=actor.portal_id)
    return (found if actor.is_staff else found.none()).values("party_id")  # type: ignore[return-value]


def carers(actor: Actor, party_id: int) -> list[int]:
    """Return the users who look after a party: its manager and the people of its team. Two statements."""
    row = AccountManager.objects.select_related("card").filter(portal_id=actor.portal_id, party_id=party_id).first()
    if row is None:
        return []
    team = TeamMember.objects.filter(portal_id=actor.portal_id, team_id=row.team_id).values_list("user_id", flat=True) if row.team_id else []
    return sorted({*team, *([row.card.user_id] if row.card and row.card.is_active else [])})


def names_of_carers(actor: Actor, party_ids: Collection[int]) -> dict[int, str]:
    """Return who looks after each of these parties, by name: its manager, else its team. One statement; nothing for others than staff."""
    if not actor.is_staff or not party_ids:
        return {}
    rows = AccountManager.objects.select_related("card", "team").filter(portal_id=actor.portal_id, party_id__in=party_ids)
    return {row.party_id: row.card.name if row.card and row.card.is_active else row.team.name if row.team else "" for row in rows}


def teams(actor: Actor) -> list[Team]:
    """Return the teams by name, each with how many people it has (`size`) and parties it looks after (`number`). Staff alone."""
    if not actor.is_staff:
        return []
    size = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team").annotate(n=Count("pk")).values("n")
    number = AccountManager.objects.filter(team=OuterRef("pk")).order_by().values("team").annotate(n=Count("pk")).values("n")
    return list(Team.objects.filter(portal_id=actor.portal_id).annotate(size=Coalesce(Subquery(size), 0), number=Coalesce(Subquery(number), 0)).order_by("name", "pk")[:CHOICES])


def team(actor: Actor, key: int) -> tuple[Team, list[int]]:
    """Return one team with the users in it. Raises NotFound."""
    row = Team.objects.filter(portal_id=actor.portal_id, pk=key).first() if actor.is_staff else None
    if row is None:
        raise NotFound
    return row, list(TeamMember.objects.filter(portal_id=actor.portal_id, team=row).order_by("pk").values_list("user_id", flat=True))


def _places(actor: Actor) -> QuerySet[Membership]:
    return Membership.objects.filter(portal_id=actor.portal_id, party__isnull=True, is_active=True, user__is_active=True)


def staff(actor: Actor) -> QuerySet[User]:
    """Return the staff, and who left but still looks after parties: each with `number` of parties, his `function`, `phone` and whether he `left`. Order: PEOPLE_BY_NAME."""
    number = AccountManager.objects.filter(card__user=OuterRef("pk")).order_by().values("card__user").annotate(n=Count("pk")).values("n")
    card, here = StaffCard.objects.filter(user=OuterRef("pk")), _places(actor).values("user_id")
    found = User.objects.filter(portal_id=actor.portal_id).annotate(
        number=Coalesce(Subquery(number), 0), function=Coalesce(Subquery(card.values("function")[:1]), Value("")), phone=Coalesce(Subquery(card.values("phone")[:1]), Value("")), left=~Q(pk__in=here)
    )
    return found.filter(Q(pk__in=here) | Q(number__gt=0)) if actor.is_staff else found.none()


def colleague(actor: Actor, key: int) -> User:
    """Return one of `staff`. Raises NotFound."""
    row = staff(actor).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def are_staff(actor: Actor, user_ids: Collection[int]) -> bool:
    """Whether all of these people are among the active staff. Staff alone ask."""
    return actor.is_staff and _places(actor).filter(user_id__in=user_ids).values("user_id").distinct().count() == len(set(user_ids))


def looked_after(actor: Actor, user_id: int, limit: int = 20) -> list[str]:
    """Return the names of the first parties that one of the staff looks after by himself."""
    found = AccountManager.objects.filter(portal_id=actor.portal_id, card__user_id=user_id).order_by("party__name", "pk")
    return list(found.values_list("party__name", flat=True)[:limit]) if actor.is_staff else []
