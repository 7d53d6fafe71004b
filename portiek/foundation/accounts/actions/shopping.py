"""A session that a company's own purchasing system opens: it fills a cart, and is never anything else."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import rules
from portiek.foundation.accounts.actions.entering import NEVER, Visit
from portiek.foundation.accounts.models import Session


@action(None)
def open_shop(actor: Actor, *, user_id: int, party_id: int, name: str, rights: Collection[str], visit: Visit, until: datetime) -> tuple[str, int]:
    """Open a session as somebody of a party with these rights of his and no more, under the system's name; return its secret and its number. Only at the gate, after the system proved itself."""
    token = secrets.token_urlsafe(32)
    made = Session.objects.create(portal_id=actor.portal_id, user_id=user_id, party_id=party_id, token_hash=token_hash(token), expires_at=until, proved_at=NEVER, way=rules.PUNCHOUT, strong=True, user_agent=visit.browser[:200],
                                  network=rules.network(visit.place), mode="shop", mode_until=until, mode_name=name[:120], as_rights=sorted(rights))
    return token, made.pk
