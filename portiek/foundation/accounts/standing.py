"""Somebody who is not there himself, whose key, webhook or calendar is: as the database says he stands now."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from portiek.core.actor import Actor
from portiek.foundation.accounts.identify import limits_in


def made(portal_id: int, party_id: int | None, user_id: int, found: dict[str, Any], rights: frozenset[str], key_id: int | None = None) -> Actor:
    """Make an actor of what the database says of somebody who is not there himself."""
    units = found["units"]
    return Actor(portal_id=portal_id, kind="staff" if party_id is None else "party", party_id=party_id, user_id=user_id, name=found["name"], language=found["language"] or settings.LANGUAGE_CODE,
                 unit_id=units[0] if len(units) == 1 else None, rights=rights, **limits_in(found["limits"]), api_key_id=key_id)
