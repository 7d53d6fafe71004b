"""What of an order somebody has to approve, by the rules of its party and the limits of who orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portiek.core.actor import Actor
from portiek.trade.approvals import queries as approvals
from portiek.trade.approvals import rules
from portiek.trade.orders.models import OrderLine
from portiek.trade.orders.queries.cart import Basket
from portiek.trade.orders.queries.limits import Room, room
from portiek.trade.orders.queries.party import party_of


def plan(actor: Actor, basket: Basket, *, day: date, left: Room | None = None) -> approvals.Plan:
    """Return the route that an order of this basket would take. Two statements more where the party has rules, and those of what they ask about."""
    found = approvals.in_force(actor)
    return approvals.plan(actor, _case(actor, basket, left or room(actor, day=day), [row.when for row in found]), found)


def _case(actor: Actor, basket: Basket, left: Room, asked: list[rules.When]) -> rules.Case:
    net = basket.totals.net
    limit, period = left.passed(net)
    return rules.Case(
        net=net,
        by_category=_by_category(actor, basket) if any(when.category for when in asked) else {},
        address=_address(basket),
        units=approvals.units_of(actor) if actor.unit_id else (),
        roles=approvals.roles_of(actor) if any(when.role for when in asked) else frozenset(),
        new_articles=_new_articles(actor, basket) if any(when.new_articles for when in asked) else 0,
        limit=limit,
        period=period,
    )


def _by_category(actor: Actor, basket: Basket) -> dict[int, Decimal]:
    above, found = approvals.categories_above(actor), dict[int, Decimal]()
    for item in basket.lines:
        for key in above.get(item.product.category_id or 0, ()) if item.product else ():
            found[key] = found.get(key, Decimal(0)) + item.amount
    return found


def _address(basket: Basket) -> str:
    """Return where the goods go, as rules look at it: as usual is what the branch uses or, where it says nothing, an address that got goods before."""
    if basket.cart is not None and basket.cart.oneoff:
        return rules.ONEOFF
    address: Any = basket.cart.address if basket.cart else None
    if address is None or address == basket.own_usual:
        return rules.USUAL
    return rules.OTHER if basket.own_usual is not None or address.used_at is None else rules.USUAL


def _new_articles(actor: Actor, basket: Basket) -> int:
    """Count the products that the party never ordered before; what was refused or cancelled was not ordered."""
    wanted = {item.line.product_id for item in basket.lines}
    known = OrderLine.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), product_id__in=wanted).exclude(order__status__in=["rejected", "cancelled"])
    return len(wanted - set(known.values_list("product_id", flat=True)))
