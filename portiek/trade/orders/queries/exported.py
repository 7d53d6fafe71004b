"""Reads of orders with all their lines, for a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.trade.orders.models import OrderLine, OrderQuerySet

# As many as are written while one waits.
MOST_LINES = 20_000
_ORDER = ("number", "erp_number", "placed_at", "status", "reference", "user_name", "currency", "wanted_date", "party__number", "party__name")
_LINE = ("position", "sku", "own_number", "name", "quantity", "unit", "price", "tax_rate", "amount", "wanted_date", "note", "answer", "confirmed_sku", "confirmed_quantity", "confirmed_price", "confirmed_amount", "confirmed_on", "shipped_quantity")


def exported(actor: Actor, found: OrderQuerySet, *, since: date | None = None, until: date | None = None) -> list[Any]:
    """Return every line of the orders that the actor has found (placed from one day until another), newest order first, as named tuples with what a file says of the order: one statement. Raises Refused for more than a file takes."""
    zone = timezone.get_current_timezone()
    if since:
        found = found.filter(placed_at__gte=datetime.combine(since, time.min, tzinfo=zone))
    if until:
        found = found.filter(placed_at__lt=datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone))
    lines = OrderLine.objects.filter(portal_id=actor.portal_id, order__in=found.order_by().values("pk"))
    if not actor.is_staff:
        lines = lines.filter(party_id=actor.party_id or 0)
    names = [*(f"order__{name}" for name in _ORDER), *_LINE]
    rows = list(lines.order_by("-order__placed_at", "-order_id", "position").values_list(*names, named=True)[: MOST_LINES + 1])
    if len(rows) > MOST_LINES:
        raise Refused("orders.too_many_rows", most=MOST_LINES)
    return rows
