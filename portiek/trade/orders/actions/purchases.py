"""What was bought before, kept up with the orders: the last line of each product, by whom and in which unit it was ordered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.merging import Deed
from portiek.foundation.parties.permissions import MERGE
from portiek.trade.orders.models import Purchase

COUNTS = "l.charge = '' AND l.free_of IS NULL AND coalesce(l.confirmed_quantity, l.quantity) > 0 AND o.status NOT IN ('pending_approval', 'rejected', 'cancelled')"
# In the order of the constraint, so that two jobs wait for each other instead of for ever.
KEEP = f"""
INSERT INTO orders_purchase AS p (portal_id, party_id, product_id, user_id, unit_id, line_id, placed_at)
SELECT DISTINCT ON (l.portal_id, l.party_id, l.product_id, o.user_id, o.unit_id) l.portal_id, l.party_id, l.product_id, o.user_id, o.unit_id, l.id, o.placed_at
FROM orders_order_line l JOIN orders_order o ON o.portal_id = l.portal_id AND o.party_id = l.party_id AND o.id = l.order_id
WHERE l.portal_id = %s AND {{which}} AND l.product_id IS NOT NULL AND {COUNTS}
ORDER BY l.portal_id, l.party_id, l.product_id, o.user_id, o.unit_id, o.placed_at DESC, l.id DESC
ON CONFLICT (portal_id, party_id, product_id, user_id, unit_id) DO UPDATE SET line_id = excluded.line_id, placed_at = excluded.placed_at
WHERE (excluded.placed_at, excluded.line_id) > (p.placed_at, p.line_id)"""
OF_ORDERS, OF_PARTIES = "l.order_id = ANY (%s::bigint[])", "l.party_id = ANY (%s::bigint[])"
OF_PRODUCTS = "(l.party_id, l.product_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
# What counts no longer: the order was cancelled, or the seller refused the line.
FORGET = f"""
DELETE FROM orders_purchase p USING orders_order_line l JOIN orders_order o ON o.portal_id = l.portal_id AND o.party_id = l.party_id AND o.id = l.order_id
WHERE p.portal_id = %s AND l.order_id = ANY (%s::bigint[]) AND l.portal_id = p.portal_id AND l.party_id = p.party_id AND l.id = p.line_id AND NOT ({COUNTS})
RETURNING p.party_id, p.product_id"""


def _run(statement: str, *arguments: Any) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


@action(None)
def note_purchases(actor: Actor, *, order_ids: Sequence[int]) -> None:
    """Keep what these orders, as they stand now, change of what was bought last. Three statements at most, however many orders. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    ids = list(order_ids)
    gone = _run(FORGET, actor.portal_id, ids)
    _run(KEEP.format(which=OF_ORDERS), actor.portal_id, ids)
    if gone:
        _run(KEEP.format(which=OF_PRODUCTS), actor.portal_id, [party for party, _product in gone], [product for _party, product in gone])


@action(MERGE)
def gather_purchases(actor: Actor, deed: Deed) -> None:
    """Find anew what both parties bought last, of the orders that each has now."""
    parties: Iterable[int] = (deed.source, deed.target)
    Purchase.objects.filter(portal_id=actor.portal_id, party_id__in=parties).delete()
    _run(KEEP.format(which=OF_PARTIES), actor.portal_id, list(parties))
