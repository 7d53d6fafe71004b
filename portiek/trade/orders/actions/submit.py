"""The one write that makes an order of a cart: re-priced, exactly once, bound to what was seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.fields import actions as own_fields
from portiek.foundation.fields.queries import asked
from portiek.foundation.fields.reading import read
from portiek.foundation.parties.actions import mark_address_used, next_order_number
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals.queries import Centres, centres, reference
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Cart, CartUse, Order, OrderLine
from portiek.trade.orders.queries.approving import plan
from portiek.trade.orders.queries.asking import asking
from portiek.trade.orders.queries.cart import Basket, BasketLine, awaited, basket
from portiek.trade.orders.queries.costs import Charge
from portiek.trade.orders.queries.delivery import changeable_until, delivery_problems
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.proposal import Asked, Details, Proposal, proposal
from portiek.trade.orders.queries.units import buying_for, units_for
from portiek.ui.format import money


@action(permissions.PLACE)
def submit_order(actor: Actor, *, key: str, seen: str, now: datetime) -> Order:
    """Place the cart that the actor is filling as an order, or return the order that the same key made before.

    `key` is the cart's; `seen` the hash of the content on the review page. Raises Conflict when price, line, address or anything else
    is not as it was seen, Refused when there is nothing to order or a line cannot be ordered.
    """
    # The cart's row is locked first: a second click waits here and then finds the order.
    found = basket(actor, day=timezone.localdate(now), lock=True)
    if not key or len(key) > 64 or "\0" in key:
        raise Conflict("orders.content_changed")
    cart = found.cart
    # A cart is closed with the order that it became: one that is open became none.
    if (cart is None or cart.key != key) and (placed := Order.objects.filter(party_id=party_of(actor), submit_key=key).first()):
        return placed
    if cart is None or not found.lines:
        raise Refused("orders.cart_empty")
    if cart.key != key or found.hash != seen:
        raise Conflict("orders.content_changed")
    if found.problems:
        raise Refused("orders.not_orderable")
    # Closed and kept for a while, so that its key can be looked up; the next thing added starts a new cart.
    Cart.objects.filter(pk=cart.pk).update(is_open=False, changed_at=now)
    if cart.name:
        CartUse.objects.filter(party_id=cart.party_id, cart=cart).delete()
    return _placed(actor, cart, found, now)


@action(permissions.PLACE)
def place_order(actor: Actor, *, lines: Sequence[Asked], details: Details, key: str, said: str, now: datetime) -> Order:
    """Place an order of named products, or return the order that the same key made before; the actor's cart is left alone.

    `key` and `said` are fingerprints (32 hexadecimal digits) of the caller's key and of what he sent. Raises Refused with a part for each
    line that cannot be ordered, and when the key made another order: it is neither placed nor silently taken for that one.
    """
    made_before = Order.objects.filter(party_id=party_of(actor), submit_key=f"{key}{said}")
    if placed := made_before.first():
        return placed
    if other := Order.objects.filter(party_id=party_of(actor), submit_key__gt=key, submit_key__lt=f"{key}g").first():
        raise Refused("orders.key_reused", number=other.number)
    found = proposal(actor, lines=lines, details=details, day=timezone.localdate(now))
    if found.problems:
        raise Refused("orders.not_orderable", parts=found.problems)
    cart = found.basket.cart
    assert cart is not None
    cart.key = f"{key}{said}"
    try:
        with transaction.atomic():
            return _placed(actor, cart, found.basket, now)
    except IntegrityError:
        # Another request with this key was first.
        return made_before.get()


@action(None)
def place_agreed(actor: Actor, *, found: Proposal, key: str, by: str, now: datetime) -> Order:
    """Place an order of what was agreed, for who calls: that one checked the actor's right to it and holds what it was agreed in. Limits and approval rules count as for any order.

    `by`: what it was agreed in. Raises Refused with a part for each thing that is in the way.
    """
    if found.problems:
        raise Refused("orders.not_orderable", parts=found.problems)
    cart = found.basket.cart
    assert cart is not None
    cart.key = key
    return _placed(actor, cart, found.basket, now, agreed=by)


def _placed(actor: Actor, cart: Cart, found: Basket, now: datetime, *, agreed: str = "") -> Order:
    """Make the order of a basket without problems, ask for approval when it is above the actor's limit or a rule says so, and record it."""
    if found.totals.gross > rules.MAX_TOTAL:
        raise Refused("orders.too_large")
    if small := found.too_small:
        raise small
    if found.address is not None and not (found.address.is_active and found.address.is_delivery):
        raise Refused("orders.address_over", field="address")
    if cart.oneoff and not actor.may(ADDRESS_ONEOFF):
        raise Refused("orders.no_oneoff", field="address")
    if wrong := delivery_problems(actor, cart, [(f"lines/{place}/wanted_date", item.line.wanted_date) for place, item in enumerate(found.lines)], now=now):
        raise wrong[0] if len(wrong) == 1 else Refused(wrong[0].code, parts=wrong, **wrong[0].values)
    house = asking(actor)
    known = {item.key: item for item in asked(actor, ORDER.key)} if house.fields else {}
    # What was answered to a question that is no longer asked says nothing more.
    answers = read(list(known.values()), {key: text for key, text in cart.answers.items() if key in known}, needed=True, where="fields/")
    if cart.unit_id and not units_for(actor).filter(pk=cart.unit_id).exists():
        raise Refused("orders.no_unit", field="for_unit")
    if house.reference and (problem := reference(actor).why_not(cart.reference)):
        raise Refused(problem, field="reference")
    costs = centres(actor) if house.centres else Centres()
    if problem := costs.why_not(cart.cost_centre):
        raise Refused(problem, field="cost_centre")
    # The number locks the party's row: what else is ordered at this moment is counted before or waits.
    number = next_order_number(actor, party_id=party_of(actor))
    route = plan(actor, found, day=timezone.localdate(now), agreed=bool(agreed), asking=house)
    if full := route.case.stopped:
        raise Refused("approvals.above_budget", field="lines", name=full.name, left=money(max(full.left, Decimal(0)), found.policy.currency))
    # What waited for a colleague could be withdrawn until he decided; it waits no second time.
    until = None if route or not house.window else changeable_until(actor, now=now)
    # Before the order is there: what it takes is not promised to another.
    days = awaited(actor, found)
    order = _order(actor, cart, found, now, number=number, waits=bool(route), until=until)
    order.cost_centre, order.cost_name = cart.cost_centre, costs.names.get(cart.cost_centre, "")
    order.agreed = agreed
    order.save(force_insert=True)
    own_fields.attach(actor, subject=ORDER, row=order, values=answers)
    lines = [_line(order, position, item, days.get(item.line.product_id)) for position, item in enumerate(found.lines, start=1)]
    lines += [_free(line, place, item) for place, (line, item) in enumerate(((line, item) for line, item in zip(lines, found.lines, strict=True) if item.free), start=len(lines) + 1)]
    OrderLine.objects.bulk_create([*lines, *(_cost(order, position, charge) for position, charge in enumerate(found.charges, start=len(lines) + 1))], batch_size=1000)
    if found.address is not None:
        mark_address_used(actor, address=found.address, at=now)
    happened = facts.ApprovalRequested(order_id=order.pk) if route else facts.OrderSubmitted(order_id=order.pk)
    record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)
    if route:
        order.approval = approvals.open_request(buying_for(actor, cart), plan=route, subject=ref("orders.order", order.pk), number=order.number, content_hash=order.content_hash, now=now)
        order.save(update_fields=["approval"])
    return order


def _order(actor: Actor, cart: Cart, found: Basket, now: datetime, *, number: str, waits: bool, until: datetime | None) -> Order:
    address = found.address
    return Order(
        portal_id=actor.portal_id,
        party_id=party_of(actor),
        number=number,
        submit_key=cart.key,
        origin=Order.Origin.API if actor.api_key_id else Order.Origin.PORTAL,
        user_id=actor.user_id,
        user_name=actor.name,
        by_name=actor.by_name,
        unit_id=cart.unit_id or actor.unit_id,
        status=Order.Status.PENDING_APPROVAL if waits else Order.Status.SUBMITTED,
        sync=Order.Sync.NONE if waits or until else Order.Sync.QUEUED,
        sync_at=None if waits or until else now,
        changeable_until=until,
        reference=cart.reference,
        note=cart.note,
        wanted_date=cart.wanted_date,
        slot=cart.slot,
        shipping=cart.shipping,
        address=rules.address_kept(address, cart.oneoff),
        address_external_id=(address.external_id or "") if address else "",
        invoice_address=rules.address_kept(found.usual_invoice, {}),
        invoice_address_external_id=(found.usual_invoice.external_id or "") if found.usual_invoice else "",
        currency=found.policy.currency,
        net=found.totals.net,
        tax=found.totals.tax,
        gross=found.totals.gross,
        line_count=len(found.lines),
        content_hash=found.hash,
        placed_at=now,
        search=rules.search_text(
            [number, cart.reference, *(text for item in found.lines if item.product for text in (item.product.sku, item.own_number, item.product.label))]
        ),
    )


def _line(order: Order, position: int, item: BasketLine, expected_on: date | None) -> OrderLine:
    product, price = item.product, item.price
    assert product is not None and price is not None and price.net is not None
    return OrderLine(
        portal_id=order.portal_id,
        party_id=order.party_id,
        order=order,
        position=position,
        product_id=product.pk,
        sku=product.sku,
        own_number=item.own_number,
        name=product.label,
        unit=product.unit_label,
        unit_code=product.unit_code,
        quantity=item.line.quantity,
        pack_code=item.pack.code if item.pack else "",
        pack_label=item.pack.name if item.pack else "",
        pack_factor=item.pack.factor if item.pack else None,
        price=price.net,
        list_price=price.list_price,
        tax_rate=product.tax_rate,
        amount=item.amount,
        explanation=[_plain(step) for step in price.explanation],
        note=item.line.note,
        wanted_date=item.line.wanted_date,
        expected_on=expected_on,
    )


def _free(of: OrderLine, position: int, item: BasketLine) -> OrderLine:
    """Return the line of what comes free of charge with another one, and why: the last step of its price."""
    same = ("portal_id", "party_id", "order", "product_id", "sku", "own_number", "name", "unit", "unit_code", "list_price", "tax_rate", "wanted_date")
    return OrderLine(**{name: getattr(of, name) for name in same}, position=position, quantity=item.free, price=Decimal(0), amount=Decimal(0), explanation=[{**of.explanation[-1], "after": "0"}], free_of=of.position)


def _cost(order: Order, position: int, charge: Charge) -> OrderLine:
    product = charge.product
    return OrderLine(portal_id=order.portal_id, party_id=order.party_id, order=order, position=position, product_id=product.pk, sku=product.sku, name=product.label, unit=product.unit_label, unit_code=product.unit_code,
                     quantity=Decimal(1), price=charge.amount, tax_rate=charge.rate, amount=charge.amount, charge=charge.kind)


def _plain(step: Any) -> dict[str, Any]:
    """Write one step of a price's explanation as JSON: decimals and dates as text."""
    values = dataclasses.asdict(step)
    return {name: str(value) if isinstance(value, Decimal) or hasattr(value, "isoformat") else value for name, value in values.items()}
