"""What merging and splitting parties do with people, their roles and the doors they come in by. Each is called inside the deed."""

from __future__ import annotations

import secrets

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.merging import Deed
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries
from portiek.foundation.accounts.actions.members import _hold
from portiek.foundation.accounts.models import Invitation, Membership, Provider, Role, ScimToken
from portiek.foundation.parties import rules as parties
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MERGE

LIMITS = ("unit_id", "order_limit", "period_limit", "period", "until")


@action(MERGE)
def take_roles(actor: Actor, deed: Deed) -> None:
    """Bring the own roles along; one whose name is taken there gets the number of the company behind it. A split brings copies of those that its people have."""
    own = Role.objects.filter(portal_id=actor.portal_id, owner_id=deed.source)
    if deed.is_split:
        places = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.source, unit_id__in=deed.units)
        for role in own.filter(pk__in=places.values("role")).order_by("pk"):
            copy = Role.objects.create(portal_id=actor.portal_id, owner_id=deed.target, code=f"own-{secrets.token_hex(8)}", name=role.name, audience=role.audience, kinds=role.kinds, rights=role.rights, order_limit=role.order_limit, removed_at=role.removed_at)
            places.filter(role=role).update(role=copy)
        return
    taken = list(Role.objects.filter(portal_id=actor.portal_id, owner_id=deed.target, removed_at=None).values_list("name", flat=True))
    number = Party.objects.values_list("number", flat=True).get(pk=deed.source)
    for role in own.order_by("pk"):
        role.owner_id, role.name = deed.target, role.name if role.removed_at else parties.free_name(role.name, taken, number, 80)
        taken.append(role.name)
        role.save(update_fields=["owner", "name"])


@action(MERGE)
def take_places(actor: Actor, deed: Deed) -> None:
    """Bring the people along with their roles. Who is there already keeps what he has there, and his place here ends: nobody gets more by a merge than one of both gave him."""
    for party_id in sorted((deed.source, deed.target)):
        _hold(actor, party_id)
    here: QuerySet[Membership] = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.source)
    there: QuerySet[Membership] = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.target)
    if deed.is_split:
        here.filter(unit_id__in=deed.units).update(party_id=deed.target)
        _give_administrator(actor, deed)
        return
    here.filter(user_id__in=there.filter(is_active=True).values("user_id")).update(is_active=False)
    rest = here.exclude(user_id__in=list(there.filter(is_active=True).values_list("user_id", flat=True)))
    for row in rest.filter(Exists(there.filter(user_id=OuterRef("user_id"), role_id=OuterRef("role_id")))):  # he had this role there before: that place is the one
        there.filter(user_id=row.user_id, role_id=row.role_id).update(is_active=row.is_active, **{name: getattr(row, name) for name in LIMITS})
        here.filter(pk=row.pk).update(is_active=False)
    moved = [row.pk for row in rest.select_related("role") if not there.filter(user_id=row.user_id, role_id=row.role_id).exists()]
    here.filter(pk__in=moved).update(party_id=deed.target)
    if deed.unit:
        # Who sees his branch and was in none saw what is his own: placed in this one he would see all of it.
        by_branch = {row.user_id for row in there.filter(pk__in=moved).select_related("role") if any(right.endswith(".unit") for right in row.role.rights)}
        there.filter(pk__in=moved, unit=None).exclude(user_id__in=by_branch).update(unit_id=deed.unit)


def _give_administrator(actor: Actor, deed: Deed) -> None:
    if queries.holders(actor, permissions.USER_MANAGE, party_id=deed.target).filter(user_id=deed.administrator, until=None).exists():
        return
    party = Party.objects.get(pk=deed.target)
    role = Role.objects.get(portal_id=actor.portal_id, owner=None, code={"supplier": "supplier-admin", "person": "person"}.get(party.kind, "admin"))
    made, _new = Membership.objects.update_or_create(portal_id=actor.portal_id, party_id=deed.target, user_id=deed.administrator, role=role, defaults={"is_active": True, "until": None})
    record(actor, facts.MembershipGranted(user_id=deed.administrator, role=role.code), party_id=deed.target, subject=ref("accounts.user", deed.administrator), text=made.user.name)


@action(MERGE)
def end_doors(actor: Actor, deed: Deed) -> None:
    """Close the doors of its own by which people of the source came in: the target has its own."""
    if not deed.is_split:
        Provider.objects.filter(portal_id=actor.portal_id, party_id=deed.source).update(is_active=False)
        ScimToken.objects.filter(portal_id=actor.portal_id, party_id=deed.source, revoked_at=None).update(revoked_at=timezone.now())


@action(MERGE)
def revoke_invitations(actor: Actor, deed: Deed) -> None:
    """End what was open to who is in the target already."""
    if not deed.is_split:
        emails = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.target, is_active=True).values("user__email")
        Invitation.objects.filter(portal_id=actor.portal_id, party_id=deed.target, accepted_at=None, revoked_at=None, email__in=emails).update(revoked_at=timezone.now())


@action(MERGE)
def follow_sessions(actor: Actor, deed: Deed) -> None:
    """Let sessions of who went go on there, below row security: nobody of the staff reads sessions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.follow_sessions(%s, %s)", [deed.source, deed.target])
