"""How people are shown where only their reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.accounts import permissions
from portiek.foundation.accounts.models import Invitation, Membership, Provider, Role, Team, User


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


register_ref("accounts.place", _place)
register_ref("accounts.team", _team)
register_ref("accounts.user", _user)
register_ref("accounts.role", _role)
register_ref("accounts.invitation", _invitation)
register_ref("accounts.provider", _provider)
