"""Whether what somebody is about to order was ordered a moment ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from portiek.core.actor import Actor
from portiek.trade.orders import rules
from portiek.trade.orders.models import STOPPED, Lookback, Order
from portiek.trade.orders.queries.cart import Basket
from portiek.trade.orders.queries.orders import visible
from portiek.trade.orders.queries.party import party_of

# The newest orders with the same reference; and the newest of colleagues that hold nearly the same. Both ask the index of the party's newest orders.
_DOUBLES = """
(SELECT o.id, true FROM orders_order o WHERE o.portal_id = %(portal)s AND o.party_id = %(party)s AND %(reference)s <> '' AND lower(o.reference) = lower(%(reference)s) AND o.status <> ALL (%(stopped)s)
  AND o.placed_at >= %(now)s - make_interval(days => coalesce((SELECT b.days FROM orders_lookback b WHERE b.portal_id = %(portal)s), %(days)s)) ORDER BY o.placed_at DESC, o.id DESC LIMIT 1)
UNION ALL
(SELECT o.id, false FROM orders_order o JOIN orders_order_line l ON l.portal_id = o.portal_id AND l.party_id = o.party_id AND l.order_id = o.id AND l.free_of IS NULL
  JOIN unnest(%(products)s::bigint[], %(quantities)s::numeric[]) w(product, quantity) ON w.product = l.product_id AND w.quantity = l.quantity
  WHERE o.portal_id = %(portal)s AND o.party_id = %(party)s AND o.placed_at >= %(since)s AND o.user_id <> %(user)s AND o.status <> ALL (%(stopped)s)
  GROUP BY o.id, o.placed_at, o.line_count HAVING count(*) >= %(same)s * greatest(o.line_count, %(lines)s) ORDER BY o.placed_at DESC, o.id DESC LIMIT 1)
"""


@dataclass(frozen=True)
class Double:
    """An order that may be the same one. `order` is None where the actor may not see it: then only that there is one may be said."""

    by_reference: bool
    order: Order | None


def doubles(actor: Actor, found: Basket, *, now: datetime) -> list[Double]:
    """Return orders of the party that the basket may repeat: with its reference, or of a colleague and nearly the same. Two statements at most, however large either is."""
    values: dict[str, Any] = {
        "portal": actor.portal_id, "party": party_of(actor), "user": actor.user_id, "now": now, "since": now - timedelta(days=rules.OF_COLLEAGUES), "days": rules.LOOKBACK, "stopped": list(STOPPED),
        "reference": found.cart.reference if found.cart else "", "products": [item.line.product_id for item in found.lines], "quantities": [item.line.quantity for item in found.lines], "lines": len(found.lines), "same": rules.SAME,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLES, values)
        rows: dict[int, bool] = {}
        for key, by_reference in cursor.fetchall():
            rows.setdefault(key, by_reference)
    if not rows:
        return []
    there = visible(actor).in_bulk(list(rows))
    return [Double(by_reference, there.get(key)) for key, by_reference in rows.items()]


def lookback(actor: Actor) -> int:
    """Return for how many days the same reference asks whether something is ordered twice."""
    days = Lookback.objects.filter(portal_id=actor.portal_id).values_list("days", flat=True).first()
    return rules.LOOKBACK if days is None else days
