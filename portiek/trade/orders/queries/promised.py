"""What the catalogue asks orders about stock: what was ordered here and is not in the ERP's figures yet, and when what is not there comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.trade.catalog.availability import arrivals, promises
from portiek.trade.orders import delivering
from portiek.trade.orders.queries.delivery import delivery


@promises
def promised(actor: Actor, product_ids: Sequence[int], heard: datetime | None, place: str) -> Mapping[int, Decimal]:
    """Return what of products was ordered by anybody in the portal since the ERP was last heard, and is not in its figures: orders under way to it, and those it took after that. One statement.

    With a `place` only what parties ordered that are supplied from there, or from anywhere.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.orders_promised(%s, %s, %s, %s)", ["staff" if actor.is_staff else "party", list(product_ids), heard, place])
        return dict(cursor.fetchall())


@arrivals
def coming(actor: Actor, leads: Collection[int]) -> Mapping[int, date]:
    """Return the day on which what takes so many working days to get comes when it is ordered now, by those days: two statements."""
    local = timezone.localtime()
    calendar = delivery(actor, today=local.date()).calendar
    return {lead: day for lead in leads if (day := delivering.comes(calendar, lead, local)) is not None}
