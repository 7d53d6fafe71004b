"""Roles: made, changed and removed by the portal and by a party's administrator, never beyond what he has himself; and the ceiling that the portal sets."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import slugify

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.features import features
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries, rules
from portiek.foundation.accounts.actions.members import _check_gift, _hold
from portiek.foundation.accounts.models import Ceiling, Invitation, Membership, Role
from portiek.foundation.parties.models import Party


def _check_rights(actor: Actor, *, audience: str, owner_id: int | None, rights: Collection[str], order_limit: Decimal | None) -> None:
    """Refuse rights and a limit that this actor may not put in a role."""
    if actor.party_id is not None and (owner_id != actor.party_id or audience != "party"):
        raise NotFound
    free = actor.kind == "system" or (actor.is_staff and audience == "party")
    problem = rules.why_not_rights(rights, known=queries.grantable(actor, audience), withheld=queries.withheld(actor, party_id=owner_id) if audience == "party" else (),
                                   held=None if free else actor.rights)
    if problem:
        raise Refused(problem, field="rights")
    # A limit bounds a right to order; without one a role would lift the limit of its maker.
    if "order.place" in rights and (problem := rules.why_not_limit(order_limit, None if free else actor.order_limit)):
        raise Refused(problem, field="order_limit")


def _locked(actor: Actor, role: Role) -> Role:
    """Lock a role and the people whom it concerns. Raises NotFound for another party's, Refused for one that comes with the portal and for more than one's own."""
    if role.is_predefined:
        raise Refused("role-predefined")
    _hold(actor, role.owner_id, all_parties=role.owner_id is None)
    found = Role.objects.select_for_update(of=("self",)).filter(pk=role.pk, removed_at=None).first()
    if found is None:
        raise NotFound
    if actor.party_id is not None and found.owner_id != actor.party_id:
        raise NotFound
    if actor.kind != "system" and not (actor.is_staff and found.audience == "party") and rules.beyond(found.rights, actor.rights):
        raise Refused("role-above")
    return found


def _check_name(role: Role | None, *, actor: Actor, name: str, audience: str, owner_id: int | None) -> None:
    taken = Role.objects.filter(portal_id=actor.portal_id, owner_id=owner_id, audience=audience, name__iexact=name, removed_at=None)
    if (taken.exclude(pk=role.pk) if role else taken).exists():
        raise Refused("role-name-taken", field="name")


def _managed(actor: Actor, role: Role) -> set[int | None]:
    """Return the companies (None: the staff) that have somebody who manages people, of those in which somebody has this role."""
    of_role = Membership.objects.filter(portal_id=actor.portal_id, role=role, is_active=True, party_id=OuterRef("party_id"))
    if role.audience == "staff":
        of_role = Membership.objects.filter(portal_id=actor.portal_id, role=role, is_active=True)
    found = queries.all_holders(actor, permissions.USER_MANAGE).filter(Exists(of_role), until=None, party__isnull=role.audience == "staff")
    return set(found.order_by("party_id").values_list("party_id", flat=True).distinct())


@action(permissions.ROLE_MANAGE)
def make_role(actor: Actor, *, name: str, audience: str, rights: Collection[str], owner: Party | None = None, kinds: Sequence[str] = (), order_limit: Decimal | None = None) -> Role:
    """Make a role: of one party (`owner`), or of the portal for all parties or its staff. Raises Refused beyond the ceiling and beyond one's own rights."""
    owner_id = owner.pk if owner else None
    _hold(actor, owner_id, all_parties=owner is None)
    _check_rights(actor, audience=audience, owner_id=owner_id, rights=rights, order_limit=order_limit)
    _check_name(None, actor=actor, name=name, audience=audience, owner_id=owner_id)
    if Role.objects.filter(portal_id=actor.portal_id, owner_id=owner_id, removed_at=None).count() >= rules.ROLES_AT_MOST:
        raise Refused("role-many")
    made = Role.objects.create(portal_id=actor.portal_id, owner=owner, name=name, audience=audience, rights=sorted(rights), kinds=sorted(kinds), order_limit=order_limit,
                               code=f"{slugify(name)[:28] or 'rol'}-{secrets.token_hex(5)}")
    record(actor, facts.RoleMade(role_id=made.pk), party_id=owner_id, subject=ref("accounts.role", made.pk), text=name)
    return made


@action(permissions.ROLE_MANAGE)
def change_role(actor: Actor, *, role: Role, name: str, rights: Collection[str], kinds: Sequence[str] = (), order_limit: Decimal | None = None) -> Role:
    """Change a role, at once for everybody who has it. Raises Refused when the old or the new is more than one's own, beyond the ceiling, or leaves nobody who manages people."""
    found = _locked(actor, role)
    owner_id = found.owner_id
    _check_rights(actor, audience=found.audience, owner_id=owner_id, rights=rights, order_limit=order_limit)
    _check_name(found, actor=actor, name=name, audience=found.audience, owner_id=owner_id)
    before, given, taken = _managed(actor, found), set(rights) - set(found.rights), set(found.rights) - set(rights)
    changed = (found.name, found.rights, found.kinds, found.order_limit) != (name, sorted(rights), sorted(kinds), order_limit)
    found.name, found.rights, found.kinds, found.order_limit = name, sorted(rights), sorted(kinds), order_limit
    found.save(update_fields=["name", "rights", "kinds", "order_limit"])
    if before - _managed(actor, found):
        raise Refused("last-manager", field="rights")
    if changed:
        record(actor, facts.RoleChanged(role_id=found.pk, given=" ".join(sorted(given)), taken=" ".join(sorted(taken))), party_id=owner_id, subject=ref("accounts.role", found.pk), text=name)
    return found


@action(permissions.ROLE_MANAGE)
def remove_role(actor: Actor, *, role: Role, instead: Role | None = None) -> None:
    """Remove a role; who has it, or was invited with it, gets another one. Raises Refused when that is missing, more than one's own, or leaves nobody who manages people."""
    found = _locked(actor, role)
    owner_id = found.owner_id
    places = Membership.objects.filter(portal_id=actor.portal_id, role=found, is_active=True)
    invited = Invitation.objects.filter(portal_id=actor.portal_id, role=found, accepted_at=None, revoked_at=None)
    if instead is None and (places.exists() or invited.exists()):
        raise Refused("role-in-use", field="instead")
    if instead is not None:
        if instead.pk == found.pk or (instead.owner_id is not None and instead.owner_id != owner_id):
            raise NotFound
        _check_gift(actor, owner_id if found.audience == "party" else None, instead, None, None, audience=found.audience)
        before = _managed(actor, found)
        double = Membership.objects.filter(portal_id=actor.portal_id, role=instead, user_id=OuterRef("user_id"), party_id=OuterRef("party_id"))
        if found.audience == "staff":
            double = Membership.objects.filter(portal_id=actor.portal_id, role=instead, user_id=OuterRef("user_id"), party=None)
        # Who has the other role as well keeps that one place, open.
        both = list(places.filter(Exists(double)).values_list("user_id", "party_id"))
        for user_id, party_id in both:
            Membership.objects.filter(portal_id=actor.portal_id, role=instead, user_id=user_id, party_id=party_id).update(is_active=True)
        places.filter(Exists(double)).update(is_active=False)
        places.update(role=instead)
        invited.update(role=instead)
        if before - (_managed(actor, instead) | _managed(actor, found)):
            raise Refused("last-manager", field="instead")
    Role.objects.filter(pk=found.pk).update(removed_at=timezone.now())
    record(actor, facts.RoleRemoved(role_id=found.pk, instead=instead.pk if instead else 0), party_id=owner_id, subject=ref("accounts.role", found.pk), text=found.name)


@action(permissions.ROLE_MANAGE)
def set_features(actor: Actor, *, on: Collection[str], kind: str = "", party: Party | None = None) -> None:
    """Switch features on and off at one level: what goes off is withheld whole, what comes on is withheld no more, what stays as it was keeps its rights. Only the portal's staff. Raises Refused."""
    if not actor.is_staff:
        raise NotFound
    _hold(actor, None, all_parties=True)
    kept = set(queries.ceiling(actor, kind=kind, party_id=party.pk if party else None))
    for item in features():
        was = not item.rights <= kept
        if was and item.code not in on:
            kept |= item.rights
        elif not was and item.code in on:
            kept -= item.rights
    set_ceiling(actor, kind=kind, party=party, withheld=kept)


@action(permissions.ROLE_MANAGE)
def set_ceiling(actor: Actor, *, withheld: Collection[str], kind: str = "", party: Party | None = None) -> None:
    """Say which rights no role of any party, of one kind of party or of one party gives, at once for everybody who is in. Only the portal's staff. Raises Refused."""
    if not actor.is_staff:
        raise NotFound
    _hold(actor, None, all_parties=True)
    if permissions.USER_MANAGE in withheld:
        raise Refused("ceiling-people", field="withheld")
    if any(code not in queries.withholdable(actor) for code in withheld):
        raise Refused("role-unknown-right", field="withheld")
    found = Ceiling.objects.filter(portal_id=actor.portal_id, kind=kind, party=party)
    before = found.values_list("withheld", flat=True).first() or []
    if sorted(withheld) == sorted(before):
        return
    if withheld:
        Ceiling.objects.update_or_create(portal_id=actor.portal_id, kind=kind, party=party, defaults={"withheld": sorted(withheld)})
    else:
        found.delete()
    record(actor, facts.CeilingChanged(kind=kind, withheld=" ".join(sorted(withheld))), party_id=party.pk if party else None, subject=ref("parties.party", party.pk) if party else "", text=party.name if party else kind)
