"""What of an order somebody has to approve, by the rules of its party, the limits of who orders and the budgets that it counts for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from portiek.core.actor import Actor
from portiek.foundation.accounts import queries as accounts
from portiek.trade.approvals import queries as approvals
from portiek.trade.approvals import rules
from portiek.trade.approvals.permissions import RULES
from portiek.trade.catalog import queries as catalog
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries.asking import Asking
from portiek.trade.orders.queries.cart import Basket
from portiek.trade.orders.queries.limits import Room, room
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.units import buying_for


def plan(actor: Actor, basket: Basket, *, day: date, left: Room | None = None, agreed: bool = False, asking: Asking = Asking()) -> approvals.Plan:
    """Return the route that an order of this basket would take; `agreed`: at prices of a quote; `asking`: what there is to hold it against. Two statements more where the party has rules and three where it has budgets, and those of what rules ask about."""
    found, left, actor = approvals.in_force(actor) if asking.rules else [], left or room(actor, day=day), buying_for(actor, basket.cart)
    return approvals.plan(actor, _case(actor, basket, left, [row.when for row in found], agreed, day if asking.budgets else None), found)


def _case(actor: Actor, basket: Basket, left: Room, asked: list[rules.When], agreed: bool, day: date | None) -> rules.Case:
    net, cost = basket.totals.net, basket.cart.cost_centre if basket.cart else ""
    units = approvals.units_of(actor) if actor.unit_id else ()
    limit, period = left.passed(net)
    return rules.Case(
        net=net,
        by_category=_by_category(actor, basket) if any(when.category for when in asked) else {},
        address=_address(basket),
        units=units,
        roles=approvals.roles_of(actor) if any(when.role for when in asked) else frozenset(),
        new_articles=_new_articles(actor, basket) if any(when.new_articles for when in asked) else 0,
        new_brands=_new_brands(actor, basket) if any(when.new_brands for when in asked) else 0,
        agreed=agreed,
        limit=limit,
        period=period,
        cost_centre=cost,
        lines=len(basket.lines),
        shipping=basket.cart.shipping if basket.cart else "",
        budgets=approvals.left(actor, units=units, cost_centre=cost, day=day) if day else (),
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
    return len(wanted - set(_ordered(actor).filter(product_id__in=wanted).values_list("product_id", flat=True)))


def _new_brands(actor: Actor, basket: Basket) -> int:
    """Count the brands of which the party never ordered anything; what has no brand does not count."""
    wanted = {brand.lower() for brand in catalog.brands_of(actor, {item.line.product_id for item in basket.lines}).values()}
    known = catalog.of_brands(actor, wanted).filter(Exists(_ordered(actor).filter(product_id=OuterRef("product_id")))) if wanted else None
    return len(wanted - set(known.values_list(Lower("value"), flat=True).distinct())) if known is not None else 0


def _ordered(actor: Actor) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor)).exclude(order__status__in=["rejected", "cancelled"])


def deciders(actor: Actor, subject: str) -> set[int]:
    """Return who can decide about an order that waits, in the step that is open: those it asks and, once it waited too long, who makes the rules."""
    key = subject.rpartition(":")[2]
    order = Order.objects.filter(portal_id=actor.portal_id, pk=int(key)).only("approval_id", "party_id").first() if key.isdigit() else None
    route = approvals.route(actor, order.approval_id) if order else None
    at = route.current if route else None
    if order is None or route is None or at is None:
        return set()
    found = {person.user_id for person in at.able}
    if at.step.escalated_at is not None:
        found |= set(accounts.holders(actor, RULES, party_id=order.party_id).values_list("user_id", flat=True))
    return found - {route.request.asked_by}
