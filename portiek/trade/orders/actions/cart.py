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
from portiek.trade.catalog.models import Product
from portiek.trade.orders import permissions, rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import _quantity_rule, lookup, orderable, priced
from portiek.trade.orders.queries.party import party_of


@dataclass(frozen=True)
class Added:
    """What came of an addition: the quantity the line has now and, when that is not what was asked, why."""

    product: Product
    quantity: Decimal
    code: str


def _locked_cart(actor: Actor) -> Cart:
    """Return the actor's open cart, made when there is none, held until the transaction ends."""
    mine = Cart.objects.filter(party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, is_open=True)
    cart = mine.select_for_update().first()
    if cart is not None:
        return cart
    try:
        with transaction.atomic():
            return Cart.objects.create(portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, key=secrets.token_hex(16))
    except IntegrityError:
        # Another tab was first.
        return mine.select_for_update().get()


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
    totals = policy.totals((policy.line(quantity, price), rate) for quantity, price, rate in kept if price is not None and rate is not None)
    # More than one order can hold: the bar then names no amount, and the review says why it cannot be ordered.
    net, gross = (totals.net, totals.gross) if totals.gross <= rules.MAX_TOTAL else (None, None)
    Cart.objects.filter(pk=cart.pk).update(shown_net=net, shown_gross=gross, shown_on=today)


@action(permissions.CART)
def add_to_cart(actor: Actor, *, code: str, quantity: Decimal) -> Added:
    """Add a product, named by article number, EAN or own number; what is in the cart already is added up. Raises Refused."""
    products = lookup(actor, [code]).get(code, [])
    if len(products) != 1:
        raise Refused("orders.unknown_product", field="product", what=code[:64])
    product = products[0]
    if rules.QuantityRule().fit(quantity).quantity is None:
        raise Refused("orders.not_a_quantity", field="quantity")
    cart = _locked_cart(actor)
    line = CartLine.objects.filter(party_id=party_of(actor), cart=cart, product=product).first()
    fitted = _quantity_rule(product).fit(quantity + (line.quantity if line else 0))
    if fitted.quantity is None:
        raise Refused("orders.not_a_quantity", field="quantity")
    if line is None:
        CartLine.objects.create(portal_id=actor.portal_id, party_id=party_of(actor), cart=cart, product=product, quantity=fitted.quantity)
    else:
        CartLine.objects.filter(pk=line.pk).update(quantity=fitted.quantity, shown_at=None)
    _tally(actor, cart)
    return Added(product, fitted.quantity, fitted.code)


@action(permissions.CART)
def add_many(actor: Actor, *, wanted: Sequence[tuple[int, Decimal]], notes: Mapping[int, str] = MappingProxyType({})) -> list[Added]:
    """Add several products by id, with a note where their line has none, three statements however many; what cannot be ordered is left out and not in the answer."""
    quantities: dict[int, Decimal] = {}
    for product_id, quantity in wanted:
        if rules.QuantityRule().fit(quantity).quantity is None:
            raise Refused("orders.not_a_quantity", field="quantity")
        quantities[product_id] = quantities.get(product_id, Decimal(0)) + quantity
    products: dict[int, Product] = orderable(actor).in_bulk(list(quantities))
    cart = _locked_cart(actor)
    lying = CartLine.objects.filter(party_id=party_of(actor), cart=cart).values_list("product_id", "quantity", "note")
    held = {product_id: (quantity, note) for product_id, quantity, note in lying}
    added, lines = [], []
    for product_id, quantity in quantities.items():
        product = products.get(product_id)
        before, note = held.get(product_id, (Decimal(0), ""))
        fitted = _quantity_rule(product).fit(quantity + before) if product else rules.Fitted(None)
        if product is None or fitted.quantity is None:
            continue
        added.append(Added(product, fitted.quantity, fitted.code))
        lines.append(CartLine(portal_id=actor.portal_id, party_id=party_of(actor), cart=cart, product=product, quantity=fitted.quantity, note=note or notes.get(product_id, "")[:200]))
    CartLine.objects.bulk_create(lines, update_conflicts=True, unique_fields=["portal", "party", "cart", "product"], update_fields=["quantity", "note", "shown_at"])
    _tally(actor, cart)
    return added


@action(permissions.CART)
def change_line(actor: Actor, *, line_id: int, quantity: Decimal | None = None, note: str | None = None) -> Added:
    """Set the quantity or the note of a line. Raises Refused."""
    cart = _locked_cart(actor)
    line = CartLine.objects.filter(party_id=party_of(actor), cart=cart, pk=line_id).first()
    product = orderable(actor).filter(pk=line.product_id).first() if line else None
    if line is None or product is None:
        raise Refused("orders.line_gone")
    code = ""
    if quantity is not None:
        fitted = _quantity_rule(product).fit(quantity)
        if fitted.quantity is None:
            raise Refused("orders.not_a_quantity", field="quantity")
        line.quantity, code = fitted.quantity, fitted.code
    if note is not None:
        line.note = note.strip()[:200]
    line.shown_at = None
    line.save(update_fields=["quantity", "note", "shown_at"])
    _tally(actor, cart)
    return Added(product, line.quantity, code)


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
def set_details(actor: Actor, *, reference: str, note: str, wanted_date: date | None, address_id: int | None, oneoff: bool = False, answers: Mapping[str, str] | None = None) -> Cart:
    """Keep what holds for the whole order; with `oneoff` the one-off address that was filled in before, without `answers` those that were given before.

    Raises Refused for an address that is not the party's, and for an answer that does not fit its field.
    """
    cart = _locked_cart(actor)
    if answers is not None:
        # What stays as it was fits, also a choice that is no longer offered; what has to be filled in is asked when one orders.
        same = {key: text for key, text in answers.items() if text and text == cart.answers.get(key)}
        found = read(asked(actor, "order"), {key: text for key, text in answers.items() if text and key not in same}, needed=False)
        cart.answers = {key: value for key, value in (same | found).items() if value}
    if address_id is not None and not Address.objects.filter(pk=address_id, party_id=party_of(actor), is_delivery=True, is_active=True).exists():
        raise Refused("orders.unknown_address", field="address")
    cart.reference, cart.note, cart.wanted_date, cart.address_id = reference.strip()[:80], note.strip()[:1000], wanted_date, address_id
    cart.oneoff = cart.oneoff if oneoff and address_id is None else {}
    cart.save(update_fields=["reference", "note", "wanted_date", "address", "oneoff", "answers", "changed_at"])
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
    """Remove carts that were ordered and whose time is over. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    _count, per = over(actor, "orders.carts", now=now).delete()
    counted: dict[str, Any] = per
    return int(counted.get("orders.Cart", 0))
