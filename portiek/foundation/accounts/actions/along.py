"""For a while something else than oneself: a role of one's own company, or, for staff, somebody of a party. All of it at the gate, under a fresh secret."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, rules
from portiek.foundation.accounts.models import Membership, Session

PLAIN: dict[str, Any] = {"mode": "", "mode_until": None, "mode_name": "", "mode_back": "", "as_user": None, "as_party": None, "as_rights": [], "reason": ""}


def _own_session(actor: Actor, session: bytes) -> Session:
    """Lock the session of this browser. Raises NotFound when it is over, or is something else already."""
    found = Session.objects.select_for_update().filter(token_hash=session, user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now()).first()
    if found is None or found.mode == "shop" or (found.mode and found.mode_until and found.mode_until > timezone.now()):
        raise NotFound
    return found


def _become(found: Session, **values: object) -> str:
    token = secrets.token_urlsafe(32)
    Session.objects.filter(pk=found.pk).update(**{**PLAIN, **values, "token_hash": token_hash(token)})
    return token


@action(None)
def look_as_role(actor: Actor, *, session: bytes, name: str, rights: Collection[str], back: str) -> str:
    """Let a session look as a role for half an hour, reading only, never seeing more than its own user; return the fresh secret. Only at the gate."""
    found = _own_session(actor, session)
    return _become(found, mode="role", mode_until=timezone.now() + timedelta(minutes=rules.ALONG_MINUTES), mode_name=name[:120], mode_back=back if len(back) <= 1500 else "", as_rights=sorted(rights))


@action(None)
def go_along(actor: Actor, *, session: bytes, place: int, mode: str, reason: str) -> str:
    """Let a session of the staff look along as somebody of a party ("look") or work on his behalf ("act") for half an hour; return the fresh secret.

    Only at the gate; whether the user may is asked at every request. Raises NotFound for who has no access himself or is of the staff, Refused without a reason.
    """
    if mode not in ("look", "act"):
        raise NotFound
    if len(reason.strip()) < 5:
        raise Refused("reason-needed", field="reason")
    found = _own_session(actor, session)
    chosen = Membership.objects.select_related("user", "party").filter(pk=place, is_active=True, user__is_active=True, party__is_active=True).first()
    if chosen is None or chosen.party is None or found.party_id is not None:
        raise NotFound
    token = _become(found, mode=mode, mode_until=timezone.now() + timedelta(minutes=rules.ALONG_MINUTES), mode_name=chosen.user.name, as_user=chosen.user, as_party=chosen.party, reason=reason.strip()[:300])
    record(actor, facts.AlongStarted(user_id=chosen.user_id, mode=mode), party_id=chosen.party_id, subject=ref("accounts.user", chosen.user_id), text=chosen.user.name,
           changes={"reason": ("", reason.strip()[:300])})
    return token


@action(None)
def stop_along(actor: Actor, *, session: bytes) -> tuple[str, str]:
    """Let a session be its own user again; return the fresh secret and where it came from. Only at the gate. Raises NotFound when it is over."""
    found = Session.objects.select_for_update(of=("self",)).select_related("as_user").filter(token_hash=session, ended_at=None, expires_at__gt=timezone.now()).exclude(mode="shop").first()
    if found is None:
        raise NotFound
    token = _become(found)
    if found.mode in ("look", "act") and found.as_user is not None:
        record(actor, facts.AlongEnded(user_id=found.as_user.pk, mode=found.mode), party_id=found.as_party_id, subject=ref("accounts.user", found.as_user.pk), text=found.as_user.name)
    return token, found.mode_back
