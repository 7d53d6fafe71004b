"""How people are shown where only their reference is known."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.accounts import permissions, queries
from portiek.foundation.accounts.models import Invitation, Membership, Provider, Role, Team, User
from portiek.foundation.parties.models import Party


def _user(actor: Actor, key: int) -> Shown | None:
    found = User.objects.filter(pk=key).first()
    if found is None:
        return None
    return Shown(found.name, reverse("accounts:me") if key == actor.user_id else reverse("accounts:colleagues") if actor.may(permissions.USER_MANAGE) else "")


def _role(actor: Actor, key: int) -> Shown | None:
    found = Role.objects.filter(pk=key).first()
    return Shown(found.label, reverse("accounts:role", args=[key]) if actor.may(permissions.ROLE_MANAGE) and found.removed_at is None else "") if found else None


def _invitation(actor: Actor, key: int) -> Shown | None:
    found = Invitation.objects.filter(pk=key).first() if actor.may(permissions.USER_MANAGE) else None
    return Shown(found.email, reverse("accounts:colleagues")) if found else None


def _provider(actor: Actor, key: int) -> Shown | None:
    found = Provider.objects.filter(pk=key).first() if actor.may(permissions.SSO_MANAGE) else None
    return Shown(found.label, reverse("accounts:provider", args=[key])) if found else None


def _team(actor: Actor, key: int) -> Shown | None:
    found = Team.objects.filter(pk=key).first() if actor.is_staff and actor.may(permissions.PORTAL_MANAGE) else None
    return Shown(found.name, reverse("accounts:team", args=[key])) if found else None


def _place(actor: Actor, key: int) -> Shown | None:
    found = Membership.objects.select_related("user").filter(pk=key).first() if actor.may(permissions.USER_MANAGE) else None
    return Shown(found.user.name, reverse("accounts:colleague", args=[key])) if found else None


def _sight_of_role(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    whose, way = Party.objects.filter(pk=actor.party_id or party_id or 0).first(), Way(permissions.ROLE_MANAGE)
    try:
        found = queries.role(actor, key, party=whose) if actor.may(permissions.ROLE_MANAGE) else None
    except NotFound:
        found = None
    if found is None:
        return None
    of_party = found.audience == Role.Audience.PARTY
    outside = of_party and whose is not None and not queries.roles(actor, audience="party", party=whose).filter(pk=key).exists()
    return Sight(found.label, reverse("accounts:role", args=[key]), whose.pk if whose else found.owner_id, (way,) if of_party else (), (way,), _("This company cannot give this role.") if outside else "")


def _sight_of_provider(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found, way = queries.providers(actor).filter(pk=key).first() if actor.may(permissions.SSO_MANAGE) else None, Way(permissions.SSO_MANAGE)
    return Sight(found.label, reverse("accounts:provider", args=[key]), found.party_id, (way,) if found.party_id else (), (way,)) if found else None


register_sight("accounts.role", _sight_of_role)
register_sight("accounts.provider", _sight_of_provider)
register_ref("accounts.place", _place)
register_ref("accounts.team", _team)
register_ref("accounts.user", _user)
register_ref("accounts.role", _role)
register_ref("accounts.invitation", _invitation)
register_ref("accounts.provider", _provider)
