"""Every read about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.foundation.accounts import rules
from portiek.foundation.accounts.models import AccountManager, Credential, Session, StaffCard, User
from portiek.foundation.parties.models import Portal


def portal(actor: Actor) -> Portal:
    """Return the portal itself."""
    return Portal.objects.get(pk=actor.portal_id)


@dataclass(frozen=True)
class OpenSession:
    """One device that is logged in."""

    browser: str
    since: datetime
    seen: datetime
    current: bool


def open_sessions(actor: Actor, *, session: bytes) -> list[OpenSession]:
    """Return where the person of the gate is logged in, this device first. Only at the gate."""
    found = Session.objects.filter(user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now()).order_by("-expires_at", "-pk")[:20]
    rows = [OpenSession(row.user_agent, row.created_at, max(row.created_at, row.expires_at - timedelta(days=rules.SESSION_DAYS)), bytes(row.token_hash) == session) for row in found]
    return sorted(rows, key=lambda row: not row.current)


def has_password(actor: Actor) -> bool:
    """Whether the person of the gate has a password. Only at the gate."""
    return Credential.objects.filter(user_id=actor.user_id).exists()


def me(actor: Actor) -> User:
    """Return the actor's own user."""
    return User.objects.get(pk=actor.user_id)


def account_manager(actor: Actor, party_id: int) -> StaffCard | None:
    """Return who of the staff looks after a party."""
    found = AccountManager.objects.select_related("card").filter(party_id=party_id).first()
    return found.card if found else None
