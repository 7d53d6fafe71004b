"""Numbers that a party counts."""

from __future__ import annotations

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.foundation.parties.models import Party


@action(None)
def next_order_number(actor: Actor, *, party_id: int) -> str:
    """Give the next order of a party its number, such as VD-10042-0007, and hold the party's row until the end. Raises Party.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_party p SET last_order = p.last_order + 1 FROM parties_portal o WHERE o.id = p.portal_id AND p.id = %s AND p.portal_id = %s "
                       "RETURNING o.order_prefix, p.number, p.last_order", [party_id, actor.portal_id])
        row = cursor.fetchone()
    if row is None:
        raise Party.DoesNotExist
    return f"{row[0]}-{row[1]}-{row[2]:04d}"
