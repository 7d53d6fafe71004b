"""Who people are and where they stand: sessions, places, invitations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import keyset
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import Birthday, Credential, Invitation, Membership, Session, User
from portiek.foundation.parties.models import Unit
from portiek.foundation.parties.queries import portal as portal

BY_NAME = ("user__name", "id")
# Of users themselves.
PEOPLE_BY_NAME = ("name", "id")


@dataclass(frozen=True)
class OpenSession:
    """One device that is logged in."""

    id: int
    network: str
    way: str
    browser: str
    since: datetime
    seen: datetime
    current: bool


def open_sessions(actor: Actor, *, session: bytes) -> list[OpenSession]:
    """Return where the person of the gate is logged in, this device first. Only at the gate."""
    found = Session.objects.filter(user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now()).order_by("-expires_at", "-pk")[:20]
    rows = [OpenSession(row.pk, row.network, row.way, row.user_agent, row.created_at, max(row.created_at, row.expires_at - timedelta(days=rules.SESSION_DAYS)), bytes(row.token_hash) == session) for row in found]
    return sorted(rows, key=lambda row: not row.current)


def has_password(actor: Actor) -> bool:
    """Whether the person of the gate has a password. Only at the gate."""
    return Credential.objects.filter(user_id=actor.user_id).exists()


def birthday(actor: Actor) -> Birthday | None:
    """Return the day on which the actor wants to be congratulated, or None."""
    return Birthday.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id).first()


def me(actor: Actor) -> User:
    """Return the actor's own user."""
    return User.objects.get(pk=actor.user_id)


@dataclass(frozen=True)
class Standing:
    """One place of a person, in words."""

    company: str
    role: str
    unit: str
    order_limit: Decimal | None


def standings(actor: Actor) -> list[Standing]:
    """Return every place of the person of the gate. Only at the gate."""
    own = portal(actor).name
    found = Membership.objects.select_related("party", "role", "unit").filter(user_id=actor.user_id, is_active=True).order_by("pk")
    return [Standing(row.party.name if row.party else own, row.role.label, row.unit.name if row.unit else "", row.order_limit) for row in found if row.party is None or row.party.is_active]


def memberships(actor: Actor, *, party_id: int | None, search: str = "", ended: bool = False) -> QuerySet[Membership]:
    """Return the places in a party (None: among the staff) that stand, or those that ended; a party sees its own alone. Order: BY_NAME."""
    found = Membership.objects.select_related("user", "role", "unit").filter(portal_id=actor.portal_id, party_id=party_id, is_active=not ended)  # type: ignore[misc]
    if search:
        found = found.filter(Q(user__name__icontains=search) | Q(user__email__icontains=search))
    return found if actor.is_staff or party_id == actor.party_id else found.none()


def guests(actor: Actor, *, before: date) -> QuerySet[Membership]:
    """Return the places that stand and whose last day is before this one."""
    return Membership.objects.select_related("user", "role").filter(portal_id=actor.portal_id, is_active=True, until__lt=before)


def place_keys(actor: Actor, *, user_id: int, party_id: int | None) -> list[int]:
    """Return the ids of a person's places in a company (None: among the staff), also of those that ended."""
    return list(Membership.objects.filter(portal_id=actor.portal_id, user_id=user_id, party_id=party_id).values_list("pk", flat=True))  # type: ignore[misc]


def is_above(actor: Actor, row: Membership) -> bool:
    """Whether a place holds more rights than this actor, so that it is not his to change. Staff change any place of a party."""
    free = actor.kind == "system" or (actor.is_staff and row.party_id is not None)
    return not free and bool(rules.beyond(row.role.rights, actor.rights))


def membership(actor: Actor, key: int) -> Membership:
    """Return one place. Raises NotFound."""
    found = Membership.objects.select_related("user", "role", "unit", "party").filter(pk=key)
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None:
        raise NotFound
    return row


def places_of(actor: Actor, *, user_id: int) -> list[Membership]:
    """Return every place of a user that stands."""
    return list(Membership.objects.filter(portal_id=actor.portal_id, user_id=user_id, is_active=True).order_by("pk"))


def managers_beside(actor: Actor, *, party_id: int | None, user_id: int) -> bool:
    """Whether somebody else than a user manages the people of a company."""
    found = Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True, user__is_active=True, role__removed_at=None, role__rights__contains=[permissions.USER_MANAGE], until=None)  # type: ignore[misc]
    return found.exclude(user_id=user_id).exists()


MOST_OF_UNIT = 20


def people_of_unit(actor: Actor, *, unit: Unit) -> list[Membership]:
    """Return who has a place in a unit, by name: one more than MOST_OF_UNIT when there are more."""
    if not actor.is_staff and unit.party_id != actor.party_id:
        return []
    return list(Membership.objects.select_related("user", "role").filter(party_id=unit.party_id, unit=unit, is_active=True).order_by("user__name", "pk")[: MOST_OF_UNIT + 1])


def access_by_email(actor: Actor, *, party_id: int, emails: Collection[str]) -> dict[str, Membership | Invitation]:
    """Return by e-mail address who of these has a place in a party, now (first) or once, else his invitation that waits. Two statements at most."""
    wanted = {email.lower() for email in emails if email}
    if not wanted or (not actor.is_staff and party_id != actor.party_id):
        return {}
    asked = Invitation.objects.select_related("role").filter(party_id=party_id, email__in=wanted, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()).order_by("pk")
    found: dict[str, Membership | Invitation] = {row.email: row for row in asked}
    there = Membership.objects.select_related("user", "role").filter(party_id=party_id, user__email__in=wanted).order_by("is_active", "-pk")
    return found | {row.user.email: row for row in there if row.is_active or row.user.email not in found}


def place_to_go_along(actor: Actor, key: int) -> Membership:
    """Return one place of a party that staff may look along from or act for: of somebody who has access himself, never of the staff. Raises NotFound."""
    row = membership(actor, key)
    if not actor.is_staff or row.party is None or not (row.is_active and row.user.is_active and row.party.is_active):
        raise NotFound
    return row


def invitations(actor: Actor, *, party_id: int | None) -> list[Invitation]:
    """Return the invitations to a party that still wait, last first."""
    if not actor.is_staff and party_id != actor.party_id:
        return []
    return list(Invitation.objects.select_related("role").defer("role__rights").filter(party_id=party_id, accepted_at=None, revoked_at=None).order_by("-pk")[:100])  # type: ignore[misc]


def invitation(actor: Actor, key: int) -> Invitation:
    """Return one invitation. Raises NotFound."""
    found = Invitation.objects.filter(pk=key)
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None:
        raise NotFound
    return row


def waiting_invitation(actor: Actor, *, party_id: int | None, email: str) -> Invitation | None:
    """Return the invitation of an address to a party that can still be accepted."""
    if not actor.is_staff and party_id != actor.party_id:
        return None
    found = Invitation.objects.select_related("role", "unit").filter(party_id=party_id, email=email, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())  # type: ignore[misc]
    return found.order_by("-pk").first()


def invitation_of(actor: Actor, token: str) -> Invitation:
    """Return the invitation of a link. Only at the gate. Raises NotFound."""
    row = Invitation.objects.select_related("party", "role").filter(token_hash=token_hash(token)).first()
    if row is None:
        raise NotFound
    return row


def is_user(actor: Actor, email: str) -> bool:
    """Whether an address has an account. Only at the gate, for who holds an invitation to it."""
    return User.objects.filter(email=email).exists()


# What the list shows; the rights of a role alone are as much as all of this.
LISTED = ("order_limit", "period_limit", "period", "until", "is_active", "user__name", "user__email", "user__last_seen_at", "role__code", "role__name", "role__owner", "role__order_limit", "unit__name")


def people(actor: Actor, *, party_id: int | None, search: str = "", ended: bool = False, after: str | None = None, before: str | None = None) -> dict[str, Any]:
    """Return what the list of a company's people shows: a page of places, and invitations that wait."""
    page = keyset(memberships(actor, party_id=party_id, search=search, ended=ended).only(*LISTED), BY_NAME, after=after, before=before)
    waiting = [] if after or before or search or ended else invitations(actor, party_id=party_id)
    return {"memberships": page.rows, "page": page, "search": search, "ended": ended, "invitations": waiting, "me": actor.user_id}


def left_alone(actor: Actor, *, user_id: int) -> list[str]:
    """Return the companies (the portal itself by its name) in which others would be left without anybody who manages people, if this person had no place any more."""
    places = Membership.objects.select_related("party", "role").filter(portal_id=actor.portal_id, user_id=user_id, is_active=True)
    found = []
    for place in places:
        others = Membership.objects.filter(portal_id=actor.portal_id, party_id=place.party_id, is_active=True, user__is_active=True, until=None).exclude(user_id=user_id)  # type: ignore[misc]
        if (permissions.USER_MANAGE in place.role.rights or permissions.PORTAL_MANAGE in place.role.rights) and (others.exists() or place.party_id is None):
            for right in (permissions.USER_MANAGE, permissions.PORTAL_MANAGE)[: 1 if place.party_id else 2]:
                if not others.filter(role__removed_at=None, role__rights__contains=[right]).exists():
                    found.append(place.party.name if place.party else portal(actor).name)
    return list(dict.fromkeys(found))
