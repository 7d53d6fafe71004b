"""Being away: by oneself, or set by who manages people for somebody who is ill."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries, rules
from portiek.foundation.accounts.models import Absence, Membership, User


@action(None)
def set_own_absence(actor: Actor, *, first_day: date, last_day: date, deputy_id: int | None = None) -> Absence:
    """Say that one is away from one's company on these days, and who stands in; it takes over what was said before."""
    _himself(actor)
    return _set(actor, actor.party_id, actor.user_id, first_day, last_day, deputy_id)


@action(permissions.USER_MANAGE)
def set_absence_of(actor: Actor, *, membership: Membership, first_day: date, last_day: date, deputy_id: int | None = None) -> Absence:
    """Say it for a colleague who cannot himself. Raises Refused for who holds more rights than oneself: his tasks would go where he did not choose."""
    _colleague(actor, membership)
    return _set(actor, membership.party_id, membership.user_id, first_day, last_day, deputy_id)


@action(None)
def end_own_absence(actor: Actor) -> None:
    """Say that one is back, or does not go."""
    _himself(actor)
    _end(actor, actor.party_id, actor.user_id)


@action(permissions.USER_MANAGE)
def end_absence_of(actor: Actor, *, membership: Membership) -> None:
    """Say that a colleague is back."""
    _colleague(actor, membership)
    _end(actor, membership.party_id, membership.user_id)


def _himself(actor: Actor) -> None:
    """Keep out who is nobody, or somebody else who works on his behalf."""
    if actor.kind not in ("party", "staff") or not actor.user_id or actor.by_user_id or actor.api_key_id:
        raise Forbidden("whose absence it is")


def _colleague(actor: Actor, membership: Membership) -> None:
    if actor.party_id is not None and membership.party_id != actor.party_id:
        raise NotFound
    if not membership.is_active:
        raise Refused("absence-nobody")
    if queries.is_above(actor, membership):
        raise Refused("member-above", name=membership.user.name)


def _set(actor: Actor, party_id: int | None, user_id: int, first_day: date, last_day: date, deputy_id: int | None) -> Absence:
    user = User.objects.get(portal_id=actor.portal_id, pk=user_id)
    zone = user.time_zone or queries.portal(actor).time_zone
    if problem := rules.why_not_away(first_day, last_day, timezone.now().astimezone(ZoneInfo(zone)).date()):
        raise Refused(problem[0], field=problem[1])
    deputy = queries.colleagues(actor, party_id=party_id, besides=user_id).filter(pk=deputy_id).first() if deputy_id is not None else None
    if deputy_id is not None and deputy is None:
        raise Refused("absence-deputy", field="deputy")
    was = Absence.objects.select_for_update(of=("self",)).select_related("deputy").filter(portal_id=actor.portal_id, party_id=party_id, user_id=user_id).first()  # type: ignore[misc]
    starts_at, ends_at = rules.moments(first_day, last_day, zone)
    values = {"deputy": deputy, "first_day": first_day, "last_day": last_day, "starts_at": starts_at, "ends_at": ends_at}
    made, _new = Absence.objects.update_or_create(portal_id=actor.portal_id, party_id=party_id, user_id=user_id, defaults=values)  # type: ignore[misc]
    old = was if was and was.ends_at > timezone.now() else None
    changes = {"first_day": (old and old.first_day, first_day), "last_day": (old and old.last_day, last_day), "deputy": (old and old.deputy and old.deputy.name, deputy and deputy.name)}
    record(actor, facts.AbsenceSet(user_id=user_id, deputy_id=deputy.pk if deputy else 0), party_id=party_id, subject=ref("accounts.user", user_id), text=user.name, changes=changes)
    return made


def _end(actor: Actor, party_id: int | None, user_id: int) -> None:
    row = Absence.objects.select_for_update(of=("self",)).select_related("user").filter(portal_id=actor.portal_id, party_id=party_id, user_id=user_id).first()  # type: ignore[misc]
    if row is None:
        return
    runs, name = row.ends_at > timezone.now(), row.user.name
    row.delete()
    if runs:
        record(actor, facts.AbsenceEnded(user_id=user_id), party_id=party_id, subject=ref("accounts.user", user_id), text=name)
