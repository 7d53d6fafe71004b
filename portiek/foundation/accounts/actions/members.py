"""Who has which place: changed by staff, and by a party's own administrator among his colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries, rules
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.parties.models import Unit

AT_ONCE = 500


def _hold(actor: Actor, party_id: int | None, *, all_parties: bool = False) -> None:
    """Let one change at a time decide about who manages the people of a company; a change to roles of all companies waits for each of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if all_parties else '_shared'}(hashtextextended(%s, 0))", [f"accounts.people {actor.portal_id}"])
        if not all_parties:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"accounts.people {actor.portal_id} {party_id or 0}"])


def _check_gift(actor: Actor, party_id: int | None, role: Role, unit: Unit | None, order_limit: Decimal | None, *, audience: str = "", kept: int | None = None,
                period_limit: Decimal | None = None, period: str = "month", until: date | None = None) -> None:
    """Refuse a role, branch, limit or last day that this actor may not give in this place; `audience`: of a place in no party in particular, `kept`: the branch that stays as it was."""
    audience = audience or ("staff" if party_id is None else "party")
    if actor.party_id is not None and party_id != actor.party_id:
        raise NotFound
    if (unit is not None and unit.party_id != party_id) or (role.owner_id is not None and role.owner_id != party_id):
        raise NotFound
    if role.removed_at is not None:
        raise Refused("role-gone", field="role")
    if unit is not None and unit.pk != kept and not unit.is_active:
        raise Refused("unit-over", field="unit")
    # Staff may give any role of a party, since the portal's owner decides who his customers' people are; among themselves the subset holds.
    free = actor.kind == "system" or (actor.is_staff and audience == "party")
    if problem := rules.why_not_grant(role.rights, role.audience, None if free else actor.rights, audience):
        raise Refused(problem, field="role")
    if problem := rules.why_not_limit(role.order_limit if order_limit is None else order_limit, None if free else actor.order_limit):
        raise Refused(problem, field="order_limit")
    if problem := rules.why_not_period(period_limit, period, None if free or "order.place" not in role.rights else actor.period_limit, actor.period):
        raise Refused(problem, field="period_limit")
    if problem := rules.why_not_until(until, timezone.localdate()):
        raise Refused(problem, field="until")


def _check_taking(actor: Actor, row: Membership) -> None:
    """Refuse to take a place from who holds more than this actor: a seller could else shut the last administrator out."""
    if queries.is_above(actor, row):
        raise Refused("member-above", field="role", name=row.user.name)


def _locked(actor: Actor, membership: Membership) -> tuple[Membership, int]:
    """Lock a place and the people of its company; return it with how many other places manage people without a last day (0 or 1: more makes no difference)."""
    _hold(actor, membership.party_id)
    found = Membership.objects.select_for_update(of=("self",)).select_related("role", "user", "unit").filter(pk=membership.pk, party_id=membership.party_id).first()  # type: ignore[misc]
    if found is None or (actor.party_id is not None and found.party_id != actor.party_id):
        raise NotFound
    if found.user_id == actor.user_id and actor.user_id:
        raise Refused("own-membership")
    return found, int(queries.holders(actor, permissions.USER_MANAGE, party_id=found.party_id).filter(until=None).exclude(pk=found.pk).exists())


def _manages(row: Membership) -> bool:
    return row.is_active and row.until is None and permissions.USER_MANAGE in row.role.rights


def _record(actor: Actor, fact: facts.MembershipChanged | facts.MembershipEnded | facts.MembershipRestored, row: Membership, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, fact, party_id=row.party_id, subject=ref("accounts.user", row.user_id), text=row.user.name, changes=changes)


@action(permissions.USER_MANAGE)
def change_membership(actor: Actor, *, membership: Membership, role: Role, unit: Unit | None = None, order_limit: Decimal | None = None, period_limit: Decimal | None = None,
                      period: str = "month", until: date | None = None) -> Membership:
    """Give a colleague another role, branch, order limit or last day. Raises Refused when the old or the new is more than one's own, or would leave no manager of people."""
    found, managers = _locked(actor, membership)
    _check_taking(actor, found)
    _check_gift(actor, found.party_id, role, unit, order_limit, period_limit=period_limit, period=period, kept=found.unit_id, until=until)
    if problem := rules.why_not_lose(_manages(found), permissions.USER_MANAGE in role.rights and until is None, managers):
        raise Refused(problem, field="until" if permissions.USER_MANAGE in role.rights else "role")
    if role.pk != found.role_id and Membership.objects.filter(party_id=found.party_id, user_id=found.user_id, role=role).exists():  # type: ignore[misc]
        raise Refused("member-already", field="role", email=found.user.name)
    if (found.role_id, found.unit_id, found.order_limit, found.period_limit, found.period, found.until) != (role.pk, unit and unit.pk, order_limit, period_limit, period, until):
        changes = {"role": (found.role.code, role.code), "unit": (found.unit and found.unit.name, unit and unit.name), "order_limit": (found.order_limit, order_limit),
                   "period_limit": (found.period_limit, period_limit), "until": (found.until, until)}
        found.role, found.unit, found.order_limit, found.period_limit, found.period, found.until = role, unit, order_limit, period_limit, period, until
        found.save(update_fields=["role", "unit", "order_limit", "period_limit", "period", "until"])
        _record(actor, facts.MembershipChanged(user_id=found.user_id, role=role.code), found, changes)
    return found


@action(permissions.USER_MANAGE)
def end_membership(actor: Actor, *, membership: Membership) -> None:
    """Take a colleague's place away, at once in every browser of his. Raises Refused for who holds more than oneself and for the last manager of people."""
    found, managers = _locked(actor, membership)
    _check_taking(actor, found)
    if problem := rules.why_not_lose(_manages(found), False, managers):
        raise Refused(problem)
    if found.is_active:
        found.is_active = False
        found.save(update_fields=["is_active"])
        _record(actor, facts.MembershipEnded(user_id=found.user_id), found)


@action(permissions.USER_MANAGE)
def restore_membership(actor: Actor, *, membership: Membership) -> None:
    """Give a colleague his place back, without a last day that is over. Raises Refused when its role is more than one's own."""
    found, _managers = _locked(actor, membership)
    _check_gift(actor, found.party_id, found.role, found.unit, found.order_limit, period_limit=found.period_limit, period=found.period, kept=found.unit_id)
    if not found.is_active:
        found.is_active, found.until = True, None if found.until and found.until < timezone.localdate() else found.until
        found.save(update_fields=["is_active", "until"])
        _record(actor, facts.MembershipRestored(user_id=found.user_id), found)


@action(None)
def end_guests(actor: Actor, *, today: date) -> int:
    """End the places whose last day is over; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    over = list(queries.guests(actor, before=today).select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
    for row in over:
        row.is_active = False
        row.save(update_fields=["is_active"])
        _record(actor, facts.MembershipEnded(user_id=row.user_id), row, {"until": (row.until, None)})
    return len(over)


@action(None)
def end_places(actor: Actor, *, user_id: int) -> None:
    """End every place of a person who is about to be erased. Only the portal itself. Raises Refused when others would be left without anybody who manages people."""
    if actor.kind != "system":
        raise NotFound
    _hold(actor, None, all_parties=True)
    if left := queries.left_alone(actor, user_id=user_id):
        raise Refused("last-manager-of", name=", ".join(left))
    for row in Membership.objects.select_for_update(of=("self",)).select_related("user").filter(portal_id=actor.portal_id, user_id=user_id, is_active=True).order_by("pk"):
        row.is_active = False
        row.save(update_fields=["is_active"])
        _record(actor, facts.MembershipEnded(user_id=user_id), row)
