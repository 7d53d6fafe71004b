"""Somebody who is not there himself, whose key, webhook or calendar is: as the database says he stands now."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import connection

from portiek.core.actor import Actor
from portiek.foundation.accounts.identify import limits_in


def made(portal_id: int, party_id: int | None, user_id: int, found: dict[str, Any], rights: frozenset[str], key_id: int | None = None) -> Actor:
    """Make an actor of what the database says of somebody who is not there himself."""
    units = found["units"]
    return Actor(portal_id=portal_id, kind="staff" if party_id is None else "party", party_id=party_id, user_id=user_id, name=found["name"], language=found["language"] or settings.LANGUAGE_CODE,
                 unit_id=units[0] if len(units) == 1 else None, rights=rights, **limits_in(found["limits"]), api_key_id=key_id)


def standing(actor: Actor, *, party_id: int | None, user_id: int) -> Actor | None:
    """Return somebody as he now stands in a company (None: among the staff), or None when he no longer comes in. Only as the portal itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.maker(%s::bigint, %s::bigint)", [party_id, user_id])
        row = cursor.fetchone()
    found = json.loads(row[0]) if row and isinstance(row[0], str) else row and row[0]
    return made(actor.portal_id, party_id, user_id, found, frozenset(found["rights"])) if found else None
