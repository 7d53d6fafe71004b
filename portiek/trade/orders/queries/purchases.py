"""What a party bought before: each product once, by its last order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.catalog.models import CustomerProduct, Product
from portiek.trade.catalog.queries import assortments_of, held_products, products_by_id
from portiek.trade.catalog.rules import word_queries
from portiek.trade.orders import rules
from portiek.trade.orders.models import Purchase
from portiek.trade.orders.queries.cart import _quantity_rule
from portiek.trade.orders.queries.orders import reached
from portiek.trade.pricing.queries import Price, Wanted, prices


def purchases(actor: Actor, *, search: str = "", party_id: int | None = None) -> QuerySet[Purchase]:
    """Return the last purchase of each product within the reach of the actor's right to see orders, with its line and order; one page of it costs the same for any history.

    A party asks for itself, staff name the party. A search finds the words of the product as the catalogue does, and what the party itself calls it. Raises NotFound when a party asks for another.
    """
    whose = party_id if actor.is_staff else actor.party_id
    if whose is None or party_id not in (None, whose):
        raise NotFound
    mine: QuerySet[Purchase] = reached(actor, Purchase.objects.filter(portal_id=actor.portal_id)).filter(party_id=whose)
    newer = mine.filter(product_id=OuterRef("product_id")).filter(Q(placed_at__gt=OuterRef("placed_at")) | Q(placed_at=OuterRef("placed_at"), pk__gt=OuterRef("pk")))
    found = mine.filter(~Exists(newer)).prefetch_related("line__order")  # not joined: the planner would read every line before it takes a page
    return found.filter(product_id__in=_hits(actor, search, whose)) if search.strip() else found


def _hits(actor: Actor, search: str, whose: int) -> set[int]:
    """Return what the party bought that holds every word, or that it calls so."""
    own = set(CustomerProduct.objects.filter(portal_id=actor.portal_id, party_id=whose, number__istartswith=search.strip()).values_list("product_id", flat=True)[:200])
    if words := word_queries(search):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ctx.orders_bought(%s, %s, %s)", ["staff" if actor.is_staff else "party", whose, words])
            own |= {row[0] for row in cursor.fetchall()}
    return own


def last_purchase(actor: Actor, product_id: int) -> Purchase | None:
    """Return when the actor's party bought a product last, as far as he may see: one statement, none for who acts for no party."""
    return purchases(actor).filter(product_id=product_id).first() if actor.party_id else None


@dataclass(frozen=True)
class Now:
    """What a product that was bought is today for who bought it: nothing where it is no longer for sale to him, its own price, and the quantity of then as it is sold now."""

    product: Product | None = None
    price: Price | None = None
    quantity: Decimal | None = None
    rule: rules.QuantityRule = rules.QuantityRule()  # noqa: RUF009  (frozen, so shared safely)


def bought_now(actor: Actor, rows: Sequence[Purchase], *, day: date, party_id: int | None = None, priced: bool = True) -> list[Now]:
    """Return what each of these purchases is on this day, in their order: the price is that of the quantity of then, so that like is compared with like. Five statements, however many."""
    there = {key: product for key, product in products_by_id(actor, [row.product_id for row in rows]).items() if product.is_active}
    if party_id and there:
        held = held_products(actor, assortments_of(actor, party_id), there)
        there = {key: product for key, product in there.items() if key in held}
    made = []
    for row in rows:
        product = there.get(row.product_id)
        rule = _quantity_rule(product)
        then = row.line.quantity if row.line.confirmed_quantity is None else row.line.confirmed_quantity
        made.append(Now(product, None, rule.fit(then).quantity or rule.least, rule) if product else Now())
    found = prices(actor, [Wanted(item.product.pk, item.quantity) for item in made if item.product and item.quantity], day=day, party_id=party_id, known=there) if priced and there else {}
    return [replace(item, price=found.get((item.product.pk, item.quantity))) if item.product and item.quantity else item for item in made]
