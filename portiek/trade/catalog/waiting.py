"""Who waits for stock, and for whom it is there again."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Exists, OuterRef, QuerySet

from portiek.core.actor import Actor
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.models import Product, Stock, StockWatch
from portiek.trade.catalog.queries import assortments_of, held_products

# Of one batch of stock; the next batch has its own turn.
MOST_TOLD = 500


def watches(actor: Actor) -> QuerySet[StockWatch]:
    """Return what the actor himself waits for, newest first."""
    return StockWatch.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, user_id=actor.user_id).order_by("-asked_at", "-pk")


def watches_for(actor: Actor, product: Product) -> bool:
    """Whether the actor waits for this product."""
    return watches(actor).filter(product=product).exists()


def there_again(actor: Actor) -> list[tuple[StockWatch, Product]]:
    """Return who waits for what is there again, as it counts for his party and still in its assortment. For the portal itself; some six statements for each party of which something came in."""
    came = Stock.objects.filter(portal_id=actor.portal_id, product_id=OuterRef("product_id"), available__gt=0)
    rows = StockWatch.objects.filter(Exists(came), portal_id=actor.portal_id, product__is_active=True).order_by("pk")[:MOST_TOLD]
    by_party: dict[int, list[StockWatch]] = defaultdict(list)
    for row in rows:
        by_party[row.party_id].append(row)
    found = []
    for party_id, waiting in by_party.items():
        held = held_products(actor, assortments_of(actor, party_id), [row.product_id for row in waiting])
        there = availability(actor, held.values(), party_id=party_id)
        found += [(row, held[row.product_id]) for row in waiting if row.product_id in held and there[row.product_id].standing.state == "available"]
    return found
