"""Reads of the several carts of a person: which one he is filling, which others there are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.orders.models import Cart, CartLine, CartUse
from portiek.trade.orders.queries.party import party_of

BY_NAME = ("name", "id")
# The same as `active`, for the counts of every page. Its values: `active_values`.
ACTIVE = (
    "coalesce((SELECT u.cart_id FROM orders_cart_use u JOIN orders_cart x ON x.id = u.cart_id AND x.party_id = u.party_id AND x.portal_id = u.portal_id AND x.is_open"
    " WHERE u.portal_id = %s AND u.party_id = %s AND u.user_id = %s AND u.by_user_id = %s),"
    " (SELECT x.id FROM orders_cart x WHERE x.portal_id = %s AND x.party_id = %s AND x.user_id = %s AND x.by_user_id = %s AND x.name = '' AND x.is_open))"
)


def _whose(actor: Actor) -> dict[str, Any]:
    return {"portal_id": actor.portal_id, "party_id": party_of(actor), "user_id": actor.user_id, "by_user_id": actor.hand}


def active_values(actor: Actor) -> tuple[int, ...]:
    """Return the values of ACTIVE."""
    return (*_whose(actor).values(),) * 2


def active(actor: Actor) -> Any:
    """Return an expression for the cart that the actor is filling: the one that he chose, else his own without a name; nothing when there is none."""
    chosen = CartUse.objects.filter(**_whose(actor), cart__is_open=True).values("cart_id")
    own = Cart.objects.filter(**_whose(actor), name="", is_open=True).values("pk")
    return Coalesce(Subquery(chosen[:1]), Subquery(own[:1]))


def carts(actor: Actor) -> QuerySet[Cart]:
    """Return the open carts that the actor may fill, his own and those that colleagues share, each with how many `lines` and whether it is the `active` one. Who works on his behalf has only those that he made himself. Order: BY_NAME."""
    own = Q(user_id=actor.user_id, by_user_id=actor.hand)
    counted = CartLine.objects.filter(party_id=OuterRef("party_id"), cart=OuterRef("pk")).order_by().values("cart").annotate(n=Count("pk")).values("n")
    found = Cart.objects.filter(own if actor.hand else own | Q(is_shared=True), portal_id=actor.portal_id, party_id=party_of(actor), is_open=True)
    return found.annotate(lines=Coalesce(Subquery(counted, output_field=IntegerField()), 0), active=Case(When(pk=active(actor), then=Value(True)), default=Value(False)))


def amount(actor: Actor, *, day: date, with_tax: bool) -> Any:
    """Return an expression for what a cart came to at its last change; nothing when that was on another day."""
    return Case(When(shown_on=day, then=F("shown_gross" if with_tax else "shown_net")), default=None, output_field=DecimalField())


def cart(actor: Actor, key: str) -> Cart:
    """Return one open cart that the actor may fill. Raises NotFound."""
    found = carts(actor).filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def filling(actor: Actor) -> Cart | None:
    """Return the cart that the actor is filling, or None when there is none yet."""
    return carts(actor).filter(pk=active(actor)).first()


def is_own(actor: Actor, found: Cart) -> bool:
    """Whether the cart is the actor's own, and not one that a colleague shares."""
    return (found.user_id, found.by_user_id) == (actor.user_id, actor.hand)
