"""Accounts that a provider keeps here by SCIM: only those it made itself, or that are linked to it, and only their places in its own company."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, permissions
from portiek.foundation.accounts.actions.members import _check_gift, _hold
from portiek.foundation.accounts.models import Identity, Membership, Provider, Role, ScimGroup, ScimMember, ScimToken, ScimUser, User
from portiek.foundation.accounts.scim import WantedGroup, WantedUser

PREFIX = "pts_"
MOST_TOKENS = 2


@action(permissions.SSO_MANAGE)
def make_scim_token(actor: Actor, *, provider: Provider) -> str:
    """Make a token for a provider's machine and return it, this once; two may stand beside each other. Raises NotFound, Refused."""
    found = Provider.objects.select_for_update(of=("self",)).filter(pk=provider.pk).first()
    if found is None or (actor.party_id is not None and found.party_id != actor.party_id):
        raise NotFound
    if ScimToken.objects.filter(provider=found, revoked_at=None).count() >= MOST_TOKENS:
        raise Refused("scim-tokens")
    token = PREFIX + secrets.token_urlsafe(32)
    ScimToken.objects.create(portal_id=actor.portal_id, party_id=found.party_id, provider=found, prefix=token[:10], token_hash=token_hash(token))
    record(actor, facts.ProviderChanged(provider_id=found.pk, what="SCIM"), party_id=found.party_id, subject=ref("accounts.provider", found.pk), text=found.label)
    return token


@action(permissions.SSO_MANAGE)
def revoke_scim_token(actor: Actor, *, provider: Provider, key: int) -> None:
    """End a token at once. Raises NotFound."""
    ended = ScimToken.objects.filter(pk=key, provider=provider, revoked_at=None).update(revoked_at=timezone.now())
    if not ended:
        raise NotFound
    record(actor, facts.ProviderChanged(provider_id=provider.pk, what="SCIM"), party_id=provider.party_id, subject=ref("accounts.provider", provider.pk), text=provider.label)


@action(permissions.SSO_MANAGE)
def map_group(actor: Actor, *, group: ScimGroup, role: Role | None) -> None:
    """Say which role who is in a group gets (None: none), at once. Raises NotFound, Refused."""
    if actor.party_id is not None and group.party_id != actor.party_id:
        raise NotFound
    if role is not None:
        _check_gift(actor, group.party_id, role, None, None)
    _hold(actor, group.party_id)
    before = group.role_id
    if before != (role and role.pk):
        group.role = role
        group.save(update_fields=["role"])
        for person in ScimUser.objects.filter(pk__in=ScimMember.objects.filter(group=group).values("person_id")).order_by("pk"):
            _settle(actor, group.provider, person, before)
        what = f"{group.display_name}: {role.code if role else '-'}"[:100]
        record(actor, facts.ProviderChanged(provider_id=group.provider_id, what=what), party_id=group.party_id, subject=ref("accounts.provider", group.provider_id), text=group.provider.label)


def _provider(provider_id: int) -> Provider:
    found = Provider.objects.select_related("role").filter(pk=provider_id, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def _person(provider: Provider, key: str) -> ScimUser:
    found = ScimUser.objects.select_for_update(of=("self",)).select_related("user").filter(provider=provider, key=key, removed_at=None).first() if _is_key(key) else None
    if found is None:
        raise NotFound
    return found


@action(None)
def provision_user(actor: Actor, *, provider_id: int, wanted: WantedUser) -> ScimUser:
    """Keep somebody for a provider: a new person, or one who is linked to it already. Only at the gate.

    Raises Refused for an address of somebody else here: he is not taken over, whoever says so.
    """
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    if ScimUser.objects.filter(provider=provider, user_name__iexact=wanted.user_name, removed_at=None).exists():
        raise Refused("scim-taken")
    user = User.objects.filter(email=wanted.email).first()
    row = ScimUser.objects.select_related("user").filter(provider=provider, user=user).first() if user else None
    if row is not None and row.removed_at is None:
        raise Refused("scim-taken")
    if row is None and user is not None and not Identity.objects.filter(provider=provider, user=user, ended_at=None).exists():
        raise Refused("scim-taken")
    if row is None:
        made = user is None
        if user is None:
            user = _new_user(actor, wanted)
        row = ScimUser.objects.create(portal_id=actor.portal_id, party_id=provider.party_id, provider=provider, user=user, made=made, user_name=wanted.user_name, external_id=wanted.external_id,
                                      name=wanted.name, email=wanted.email, is_active=wanted.is_active)
    else:
        row.removed_at = None
        _keep(row, wanted)
    _settle(actor, provider, row)
    return row


def _new_user(actor: Actor, wanted: WantedUser) -> User:
    try:
        with transaction.atomic():
            return User.objects.create(portal_id=actor.portal_id, email=wanted.email, name=wanted.name, language=actor.language)
    except IntegrityError:
        raise Refused("scim-taken") from None


def _keep(row: ScimUser, wanted: WantedUser) -> None:
    row.user_name, row.external_id, row.name, row.email, row.is_active = wanted.user_name, wanted.external_id, wanted.name, wanted.email, wanted.is_active
    row.save()


@action(None)
def change_provisioned(actor: Actor, *, provider_id: int, key: str, wanted: WantedUser) -> ScimUser:
    """Keep what a provider now says of somebody. Only at the gate.

    Name and address change here as well when it made him and he is nowhere else: an address is a way in, so no company changes that of who also works for another.
    Raises NotFound, and Refused for an address that is not its to change or that is somebody's.
    """
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    row = _person(provider, key)
    if ScimUser.objects.filter(provider=provider, user_name__iexact=wanted.user_name, removed_at=None).exclude(pk=row.pk).exists():
        raise Refused("scim-taken")
    mine = row.made and not Membership.objects.filter(user_id=row.user_id).exclude(party_id=provider.party_id).exists() and (  # type: ignore[misc]
        not Identity.objects.filter(user_id=row.user_id, ended_at=None).exclude(provider=provider).exists())
    if wanted.email != row.email:
        if not mine:
            raise Refused("scim-address")
        if User.objects.filter(email=wanted.email).exclude(pk=row.user_id).exists():
            raise Refused("scim-taken")
    if mine and (wanted.email, wanted.name) != (row.user.email, row.user.name):
        User.objects.filter(pk=row.user_id).update(email=wanted.email, name=wanted.name)
        record(actor, facts.UserChanged(user_id=row.user_id, what="name, e-mail"), party_id=provider.party_id, subject=ref("accounts.user", row.user_id), text=wanted.name)
    _keep(row, wanted)
    _settle(actor, provider, row)
    return row


@action(None)
def remove_provisioned(actor: Actor, *, provider_id: int, key: str) -> None:
    """End somebody's access to the provider's company, at once in every browser, and his link with it. Only at the gate. Raises NotFound, Refused."""
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    row = _person(provider, key)
    row.is_active, row.removed_at = False, timezone.now()
    row.save(update_fields=["is_active", "removed_at", "changed_at"])
    ScimMember.objects.filter(person=row).delete()
    _settle(actor, provider, row)
    if Identity.objects.filter(provider=provider, user_id=row.user_id, ended_at=None).update(ended_at=row.removed_at):
        record(actor, facts.IdentityEnded(user_id=row.user_id, provider_id=provider.pk), party_id=provider.party_id, subject=ref("accounts.user", row.user_id), text=row.name)


def _settle(actor: Actor, provider: Provider, row: ScimUser, before: int | None = None) -> None:
    """Give somebody the places that follow from his groups (`before`: what one of them gave until now), without any the provider's own role if he has none; inactive: none at all."""
    mapped: dict[int, int] = dict(ScimGroup.objects.filter(provider=provider, role__isnull=False, role__removed_at=None).values_list("pk", "role_id"))
    of: set[int] = {mapped[group] for group in ScimMember.objects.filter(person=row).values_list("group_id", flat=True) if group in mapped}
    usual = {provider.role.pk} if provider.role is not None and provider.role.removed_at is None else set[int]()
    places = {place.role_id: place for place in Membership.objects.select_for_update(of=("self",)).select_related("role").filter(user_id=row.user_id, party_id=provider.party_id)}  # type: ignore[misc]
    grouped = {*mapped.values(), *({before} if before else ())}
    kept = {role for role, place in places.items() if place.is_active and role not in grouped}
    wanted = (of or kept or usual) if row.is_active and row.removed_at is None else set[int]()
    ending = [place for place in places.values() if place.is_active and place.role_id not in wanted and (not row.is_active or place.role_id in grouped | usual)]
    _check_managers(provider, row, ending, wanted, places.values())
    for place in ending:
        Membership.objects.filter(pk=place.pk).update(is_active=False)
    if ending and not wanted:
        record(actor, facts.MembershipEnded(user_id=row.user_id), party_id=provider.party_id, subject=ref("accounts.user", row.user_id), text=row.name)
    for role in Role.objects.filter(pk__in=wanted).order_by("pk"):
        held = places.get(role.pk)
        if held is None:
            Membership.objects.create(portal_id=actor.portal_id, party_id=provider.party_id, user_id=row.user_id, role=role)
        elif not held.is_active:
            Membership.objects.filter(pk=held.pk).update(is_active=True)
        if held is None or not held.is_active:
            record(actor, facts.MembershipGranted(user_id=row.user_id, role=role.code), party_id=provider.party_id, subject=ref("accounts.user", row.user_id), text=row.name)


def _check_managers(provider: Provider, row: ScimUser, ending: Iterable[Membership], wanted: set[int], places: Iterable[Membership]) -> None:
    """Refuse to end the last place that manages people: nobody could let anyone in again."""
    gone = {place.pk for place in ending}
    if not any(permissions.USER_MANAGE in place.role.rights for place in ending):
        return
    stays = any(permissions.USER_MANAGE in place.role.rights for place in places if place.is_active and place.until is None and place.pk not in gone)
    gets = Role.objects.filter(pk__in=wanted, rights__contains=[permissions.USER_MANAGE]).exists()
    others = Membership.objects.filter(party_id=provider.party_id, is_active=True, user__is_active=True, role__removed_at=None, role__rights__contains=[permissions.USER_MANAGE], until=None).exclude(user_id=row.user_id)  # type: ignore[misc]
    if not stays and not gets and not others.exists():
        raise Refused("last-manager")


@action(None)
def provision_group(actor: Actor, *, provider_id: int, wanted: WantedGroup) -> ScimGroup:
    """Keep a group of a provider; it gives no role until somebody here says which. Only at the gate. Raises Refused."""
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    if ScimGroup.objects.filter(provider=provider, display_name=wanted.display_name).exists():
        raise Refused("scim-taken")
    made = ScimGroup.objects.create(portal_id=actor.portal_id, party_id=provider.party_id, provider=provider, display_name=wanted.display_name, external_id=wanted.external_id)
    _fill(actor, provider, made, wanted)
    return made


def _group(provider: Provider, key: str) -> ScimGroup:
    found = ScimGroup.objects.select_for_update(of=("self",)).filter(provider=provider, key=key).first() if _is_key(key) else None
    if found is None:
        raise NotFound
    return found


@action(None)
def change_group(actor: Actor, *, provider_id: int, key: str, wanted: WantedGroup) -> ScimGroup:
    """Keep what a provider now says of a group: who is in it gets its role, who is no longer loses it. Only at the gate. Raises NotFound, Refused."""
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    found = _group(provider, key)
    if ScimGroup.objects.filter(provider=provider, display_name=wanted.display_name).exclude(pk=found.pk).exists():
        raise Refused("scim-taken")
    found.display_name, found.external_id = wanted.display_name, wanted.external_id
    found.save(update_fields=["display_name", "external_id", "changed_at"])
    _fill(actor, provider, found, wanted)
    return found


@action(None)
def remove_group(actor: Actor, *, provider_id: int, key: str) -> None:
    """Forget a group; who was in it loses its role. Only at the gate. Raises NotFound, Refused."""
    provider = _provider(provider_id)
    _hold(actor, provider.party_id)
    found = _group(provider, key)
    people = list(ScimUser.objects.filter(pk__in=ScimMember.objects.filter(group=found).values("person_id")).order_by("pk"))
    ScimMember.objects.filter(group=found).delete()
    for person in people:
        _settle(actor, provider, person)
    found.delete()


def _fill(actor: Actor, provider: Provider, group: ScimGroup, wanted: WantedGroup) -> None:
    keys = [key for key in wanted.members if _is_key(key)]
    people = {person.pk: person for person in ScimUser.objects.filter(provider=provider, key__in=keys, removed_at=None)}
    if len(people) != len(wanted.members):
        raise Refused("scim-member")
    there = set(ScimMember.objects.filter(group=group).values_list("person_id", flat=True))
    ScimMember.objects.filter(group=group).exclude(person_id__in=people).delete()
    ScimMember.objects.bulk_create([ScimMember(portal_id=actor.portal_id, party_id=provider.party_id, group=group, person_id=pk) for pk in people if pk not in there])
    for person in ScimUser.objects.filter(pk__in=there ^ set(people)).order_by("pk"):
        _settle(actor, provider, person)


def _is_key(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
