"""Writes of the cart. Each locks the cart first, so that nothing changes while it is being ordered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.retention import over
from portiek.foundation.fields.queries import asked
from portiek.foundation.fields.reading import read
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.approvals.queries import centres
from portiek.trade.approvals.queries import reference as asked_reference
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import unit_named, units_of
from portiek.trade.orders import delivering, permissions, rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import _quantity_rule, orderable, priced
from portiek.trade.orders.queries.carts import active
from portiek.trade.orders.queries.costs import costs_of
from portiek.trade.orders.queries.delivery import delivery
from portiek.trade.orders.queries.packs import meant
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.units import units_for


@dataclass(frozen=True)
class Added:
    """What came of an addition: the quantity the line has now and, when that is not what was asked, why."""

    product: Product
    quantity: Decimal
    code: str
    pack: ProductUnit | None = None


def _locked_cart(actor: Actor) -> Cart:
    """Return the cart that the actor is filling, made when there is none, held until the transaction ends."""
    own = {"portal_id": actor.portal_id, "party_id": party_of(actor), "user_id": actor.user_id, "by_user_id": actor.hand}
    cart = Cart.objects.filter(party_id=party_of(actor), pk=active(actor), is_open=True).select_for_update().first()
    if cart is not None:
        return cart
    try:
        with transaction.atomic():
            return Cart.objects.create(**own, key=secrets.token_hex(16))
    except IntegrityError:
        # Another tab was first.
        return Cart.objects.select_for_update().get(**own, name="", is_open=True)


# How long the bar may go by the price that a line had.
STANDS = timedelta(minutes=10)


def _tally(actor: Actor, cart: Cart) -> None:
    """Keep what the bar shows of the cart. Raises Refused when there are more lines than an order can hold. Only lines that changed or were not looked at lately get their price again: a full cart would make every click slow."""
    now = timezone.localtime()
    today = now.date()
    lines = CartLine.objects.filter(party_id=party_of(actor), cart=cart)
    since = max(now - STANDS, now.replace(hour=0, minute=0, second=0, microsecond=0))
    if again := list(lines.filter(Q(shown_at__isnull=True) | Q(shown_at__lt=since))):
        found = priced(actor, cart, again, day=today).lines
        prices = [item.price.net if item.price and not item.problem else None for item in found]
        rates = [item.product.tax_rate if item.product else None for item in found]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE orders_cart_line l SET shown_price = n.price, shown_rate = n.rate, shown_at = %s FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) n(id, price, rate)"
                " WHERE l.id = n.id AND l.party_id = %s",
                [now, [item.line.pk for item in found], prices, rates, party_of(actor)],
            )
    policy = cart.portal.policy
    kept = list(lines.values_list("quantity", "shown_price", "shown_rate"))
    if len(kept) > rules.MAX_LINES:
        raise Refused("orders.too_many_lines", most=rules.MAX_LINES)
    rated = [(policy.line(quantity, price), rate) for quantity, price, rate in kept if price is not None and rate is not None]
    if kept:
        here = costs_of(actor)
        due = here.rule.due(sum((amount for amount, _rate in rated), Decimal(0)), collected=cart.shipping == delivering.PICKUP)
        rated += [(charge.amount, charge.rate) for charge in here.charges(due, rated)]
    totals = policy.totals(rated)
    # More than one order can hold: the bar then names no amount, and the review says why it cannot be ordered.
    net, gross = (totals.net, totals.gross) if totals.gross <= rules.MAX_TOTAL else (None, None)
    Cart.objects.filter(pk=cart.pk).update(shown_net=net, shown_gross=gross, shown_on=today)


@action(permissions.CART)
def add_to_cart(actor: Actor, *, code: str, quantity: Decimal, unit: str = "") -> Added:
    """Add so many of a unit of a product, named by article number, EAN (of a box, too) or own number; what is in the cart already is added up. Raises Refused."""
    [asked] = meant(actor, [(code, unit)])
    if len(asked.products) != 1:
        raise Refused("orders.unknown_product", field="product", what=code[:64])
    product, pack = asked.products[0], asked.pack
    if asked.unknown:
        raise Refused("orders.unknown_unit", field="unit", what=product.sku, unit=unit[:20])
    if rules.QuantityRule().fit(quantity).quantity is None:
        raise Refused("orders.not_a_quantity", field="quantity")
    quantity = quantity * pack.factor if pack else quantity
    if rules.QuantityRule().fit(quantity).quantity is None:
        raise Refused("orders.not_a_quantity", field="quantity")
    cart = _locked_cart(actor)
    line = CartLine.objects.filter(party_id=party_of(actor), cart=cart, product=product).first()
    if line is not None and line.pack_id != (pack.pk if pack else None):
        pack = None  # lies there in another unit: together they are in the sales unit
    fitted = _quantity_rule(product, pack.factor if pack else None).fit(quantity + (line.quantity if line else 0))
    if fitted.quantity is None:
        raise Refused("orders.not_a_quantity", field="quantity")
    if line is None:
        CartLine.objects.create(portal_id=actor.portal_id, party_id=party_of(actor), cart=cart, product=product, quantity=fitted.quantity, pack=pack, by_name=actor.name[:120])
    else:
        CartLine.objects.filter(pk=line.pk).update(quantity=fitted.quantity, pack=pack, by_name=actor.name[:120], shown_at=None)
    _tally(actor, cart)
    return Added(product, fitted.quantity, fitted.code, pack)


@action(permissions.CART)
def add_many(actor: Actor, *, wanted: Sequence[tuple[int, Decimal]], notes: Mapping[int, str] = MappingProxyType({}), packs: Mapping[int, ProductUnit] = MappingProxyType({}), days: Mapping[int, date] = MappingProxyType({})) -> list[Added]:
    """Add several products by id, with a note and a wanted day where their line has none and in the unit of `packs` (the quantity is of the sales unit all the same), three statements however many; what cannot be ordered is left out and not in the answer."""
    quantities: dict[int, Decimal] = {}
    for product_id, quantity in wanted:
        if rules.QuantityRule().fit(quantity).quantity is None:
            raise Refused("orders.not_a_quantity", field="quantity")
        quantities[product_id] = quantities.get(product_id, Decimal(0)) + quantity
    products: dict[int, Product] = orderable(actor).in_bulk(list(quantities))
    cart = _locked_cart(actor)
    lying = CartLine.objects.filter(party_id=party_of(actor), cart=cart).values_list("product_id", "quantity", "note", "pack_id", "wanted_date")
    held = {product_id: (quantity, note, pack, day) for product_id, quantity, note, pack, day in lying}
    added, lines = [], []
    for product_id, quantity in quantities.items():
        product = products.get(product_id)
        pack = packs.get(product_id)
        before, note, lies_in, wanted_on = held.get(product_id, (Decimal(0), "", pack.pk if pack else None, None))
        if lies_in != (pack.pk if pack else None):
            pack = None
        fitted = _quantity_rule(product, pack.factor if pack else None).fit(quantity + before) if product else rules.Fitted(None)
        if product is None or fitted.quantity is None:
            continue
        added.append(Added(product, fitted.quantity, fitted.code, pack))
        lines.append(CartLine(portal_id=actor.portal_id, party_id=party_of(actor), cart=cart, product=product, quantity=fitted.quantity, pack=pack, note=note or notes.get(product_id, "")[:200], wanted_date=wanted_on or days.get(product_id), by_name=actor.name[:120]))
    CartLine.objects.bulk_create(lines, update_conflicts=True, unique_fields=["portal", "party", "cart", "product"], update_fields=["quantity", "pack", "note", "wanted_date", "by_name", "shown_at"])
    _tally(actor, cart)
    return added


@action(permissions.CART)
def change_line(actor: Actor, *, line_id: int, quantity: Decimal | None = None, note: str | None = None, unit: str | None = None) -> Added:
    """Set the quantity or the note of a line; `unit`: in which unit the quantity is (None: that of the line). Raises Refused."""
    cart = _locked_cart(actor)
    line = CartLine.objects.filter(party_id=party_of(actor), cart=cart, pk=line_id).first()
    product = orderable(actor).filter(pk=line.product_id).first() if line else None
    if line is None or product is None:
        raise Refused("orders.line_gone")
    code = ""
    units = units_of(actor, [product.pk]).get(product.pk, [])
    pack = next((one for one in units if one.pk == line.pack_id), None)
    if quantity is not None:
        try:
            pack = pack if unit is None else unit_named(unit, product, units)
        except LookupError:
            raise Refused("orders.unknown_unit", field="unit", what=product.sku, unit=str(unit)[:20]) from None
        fitted = _quantity_rule(product, pack.factor if pack else None).fit(quantity * pack.factor if pack else quantity)
        if fitted.quantity is None:
            raise Refused("orders.not_a_quantity", field="quantity")
        line.quantity, line.pack, code = fitted.quantity, pack, fitted.code
    if note is not None:
        line.note = note.strip()[:200]
    line.by_name, line.shown_at = actor.name[:120], None
    line.save(update_fields=["quantity", "pack", "note", "by_name", "shown_at"])
    _tally(actor, cart)
    return Added(product, line.quantity, code, pack)


@action(permissions.CART)
def want_line(actor: Actor, *, line_id: int, day: date | None, now: datetime) -> None:
    """Say when a line is wanted, or None: with the rest. Raises Refused for a day on which nothing can come."""
    cart = _locked_cart(actor)
    if not rules.may_want(day, timezone.localdate(now)):
        raise Refused("orders.wanted_date", field="wanted_date")
    for refused in delivery(actor, today=timezone.localdate(now)).wrong([("wanted_date", day)], now=timezone.localtime(now)):
        raise refused
    if not CartLine.objects.filter(party_id=party_of(actor), cart=cart, pk=line_id).update(wanted_date=day):
        raise Refused("orders.line_gone")


@action(permissions.CART)
def remove_line(actor: Actor, *, line_id: int) -> None:
    """Take a line out of the cart; one that is gone already is fine."""
    cart = _locked_cart(actor)
    CartLine.objects.filter(party_id=party_of(actor), cart=cart, pk=line_id).delete()
    _tally(actor, cart)


@action(permissions.CART)
def empty_cart(actor: Actor) -> None:
    """Take everything out of the cart."""
    cart = _locked_cart(actor)
    CartLine.objects.filter(party_id=party_of(actor), cart=cart).delete()
    _tally(actor, cart)


@action(permissions.CART)
def set_details(actor: Actor, *, reference: str, note: str, wanted_date: date | None, address_id: int | None, oneoff: bool = False, answers: Mapping[str, str] | None = None, slot: str | None = None, shipping: str | None = None, cost_centre: str | None = None) -> Cart:
    """Keep what holds for the whole order; with `oneoff` the one-off address that was filled in before, without `answers`, `slot`, `shipping` or `cost_centre` those that were given before.

    Raises Refused for an address or a cost centre that is not the party's, a reference that its company does not take, and for an answer that does not fit its field.
    """
    cart = _locked_cart(actor)
    if answers is not None:
        # What stays as it was fits, also a choice that is no longer offered; what has to be filled in is asked when one orders.
        same = {key: text for key, text in answers.items() if text and text == cart.answers.get(key)}
        found = read(asked(actor, "order"), {key: text for key, text in answers.items() if text and key not in same}, needed=False)
        cart.answers = {key: value for key, value in (same | found).items() if value}
    if address_id is not None and not Address.objects.filter(pk=address_id, party_id=party_of(actor), is_delivery=True, is_active=True).exists():
        raise Refused("orders.unknown_address", field="address")
    # One that lacks is asked when one orders.
    if reference.strip() not in ("", cart.reference) and (problem := asked_reference(actor).why_not(reference)):
        raise Refused(problem, field="reference")
    cart.reference, cart.note, cart.wanted_date, cart.address_id = reference.strip()[:80], note.strip()[:1000], wanted_date, address_id
    was, cart.slot, cart.shipping = cart.shipping, cart.slot if slot is None else slot, cart.shipping if shipping is None else shipping
    if cost_centre and cost_centre != cart.cost_centre and (problem := centres(actor).why_not(cost_centre)):
        raise Refused(problem, field="cost_centre")
    cart.cost_centre = cart.cost_centre if cost_centre is None else cost_centre
    cart.oneoff = cart.oneoff if oneoff and address_id is None else {}
    cart.save(update_fields=["reference", "note", "wanted_date", "slot", "shipping", "cost_centre", "address", "oneoff", "answers", "changed_at"])
    if delivering.PICKUP in (was, cart.shipping) and was != cart.shipping:
        _tally(actor, cart)  # what is picked up has no freight
    return cart


@action(permissions.CART)
def buy_for(actor: Actor, *, unit_id: int | None) -> Cart:
    """Say for which branch, department or project the cart is, or None: as one stands oneself; its prices follow at once. Raises NotFound for one for which the actor may not order."""
    cart = _locked_cart(actor)
    if unit_id is not None and not units_for(actor).filter(pk=unit_id).exists():
        raise NotFound
    if cart.unit_id != unit_id:
        cart.unit_id = unit_id
        cart.save(update_fields=["unit", "changed_at"])
        CartLine.objects.filter(party_id=cart.party_id, cart=cart).update(shown_at=None)
        _tally(actor, cart)
    return cart


@action(permissions.CART)
def deliver_to(actor: Actor, *, address_id: int | None) -> Cart:
    """Have the goods sent to an address of the address book, or None: as usual. Raises Refused for one that is not the party's."""
    cart = _locked_cart(actor)
    return set_details(actor, reference=cart.reference, note=cart.note, wanted_date=cart.wanted_date, address_id=address_id)


@action(ADDRESS_ONEOFF)
def deliver_once_to(actor: Actor, *, values: Mapping[str, str]) -> Cart:
    """Have the goods of this order sent to an address that goes into no address book. Raises Refused for one that cannot be."""
    if not actor.may(permissions.CART):
        raise Forbidden(permissions.CART)
    given, problem, where = rules.address_once(values)
    if problem:
        raise Refused(problem, field=where)
    cart = _locked_cart(actor)
    cart.address, cart.oneoff = None, given
    cart.save(update_fields=["address", "oneoff", "changed_at"])
    return cart


@action(None)
def drop_old_carts(actor: Actor, *, now: datetime) -> int:
    """Remove carts that were ordered, and those of visits that nobody came back to, when their time is over. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    counted: list[dict[str, Any]] = [over(actor, term, now=now).delete()[1] for term in ("orders.carts", "orders.visit_carts")]
    return sum(int(per.get("orders.Cart", 0)) for per in counted)
