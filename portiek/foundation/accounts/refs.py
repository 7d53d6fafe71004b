"""How people are shown where only their reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.accounts import permissions
from portiek.foundation.accounts.models import Invitation, Provider, User


def _user(actor: Actor, key: int) -> Shown | None:
    found = User.objects.filter(pk=key).first()
    if found is None:
        return None
    return Shown(found.name, reverse("accounts:me") if key == actor.user_id else reverse("accounts:colleagues") if actor.may(permissions.USER_MANAGE) else "")


def _invitation(actor: Actor, key: int) -> Shown | None:
    found = Invitation.objects.filter(pk=key).first() if actor.may(permissions.USER_MANAGE) else None
    return Shown(found.email, reverse("accounts:colleagues")) if found else None


def _provider(actor: Actor, key: int) -> Shown | None:
    found = Provider.objects.filter(pk=key).first() if actor.may(permissions.SSO_MANAGE) else None
    return Shown(found.label, reverse("accounts:provider", args=[key])) if found else None


register_ref("accounts.user", _user)
register_ref("accounts.invitation", _invitation)
register_ref("accounts.provider", _provider)
