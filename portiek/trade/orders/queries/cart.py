"""Reads of the cart: what is in it and what it costs at this moment, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Window

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.money import Policy, Totals
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.queries import usual_addresses
from portiek.trade.catalog.models import CustomerProduct, Product, Stock
from portiek.trade.catalog.queries import products_by_code
from portiek.trade.orders import rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.party import party_of
from portiek.trade.pricing.queries import Price, Wanted, prices

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Available:
    """What there is of a product, over all warehouses."""

    available: Decimal
    expected_at: date | None
    expected_quantity: Decimal | None
    as_of: Any


@dataclass(frozen=True)
class BasketLine:
    """A line of the cart at this moment. `problem` is why it cannot be ordered, or empty."""

    line: CartLine
    product: Product | None
    price: Price | None
    amount: Decimal
    problem: str
    rule: rules.QuantityRule
    hint: rules.TierHint | None
    stock: Available | None = None

    @property
    def quantity(self) -> Decimal:
        """The quantity without needless zeros: in a field "60,000" would read as sixty thousand."""
        return Decimal(rules.plain(self.line.quantity))

    @property
    def own_number(self) -> str:
        """The party's own number for the product."""
        return getattr(self.product, "own_number", None) or ""

    @property
    def short(self) -> bool:
        """Whether more is wanted than there is."""
        return self.stock is not None and self.stock.available < self.line.quantity


@dataclass(frozen=True)
class Basket:
    """A cart with its lines, prices and totals, and the content that an order of it would be bound to."""

    cart: Cart | None
    lines: list[BasketLine] = field(default_factory=list)
    policy: Policy = Policy()  # noqa: RUF009  (frozen, so shared safely)
    totals: Totals = Totals(ZERO, ZERO, ZERO)  # noqa: RUF009
    # Where the goods and the invoices of the actor's branch, department or project go when nobody says otherwise.
    usual: Address | None = None
    usual_invoice: Address | None = None
    # The first of these also where another address was chosen.
    own_usual: Address | None = None

    @property
    def problems(self) -> list[BasketLine]:
        """The lines that cannot be ordered."""
        return [line for line in self.lines if line.problem]

    @property
    def address(self) -> Address | None:
        """The address of the address book that the goods go to; None: a one-off one, or as usual."""
        return None if self.cart is None or self.cart.oneoff else self.cart.address or self.usual

    @property
    def delivery(self) -> str:
        """Where the goods go, on one line; empty: as usual."""
        return rules.address_in_words(self.address, self.cart.oneoff if self.cart else {})

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is ordered, in plain values: product, quantity, price and VAT of each line, and what holds for the whole."""
        cart = self.cart
        return {
            "lines": [
                [
                    item.line.product_id,
                    rules.plain(item.line.quantity),
                    rules.plain(item.price.net if item.price else None),
                    rules.plain(item.product.tax_rate if item.product else None),
                    item.line.note,
                ]
                for item in self.lines
            ],
            "reference": cart.reference if cart else "",
            "note": cart.note if cart else "",
            "wanted_date": cart.wanted_date.isoformat() if cart and cart.wanted_date else "",
            "address": self.delivery,
            # Only where a unit has one, so that an order that was seen before there were any is still the same.
            **({"invoice_address": str(self.usual_invoice)} if self.usual_invoice else {}),
            "gross": rules.plain(self.totals.gross),
            "currency": self.policy.currency,
            # Left out where nothing is asked, so that what was seen before the portal asked it still holds.
            **({"answers": cart.answers} if cart and cart.answers else {}),
        }

    @cached_property
    def hash(self) -> str:
        """The fingerprint of the content."""
        return rules.content_hash(self.content)


def _quantity_rule(product: Product | None) -> rules.QuantityRule:
    """Return in what quantities a product is sold."""
    return rules.QuantityRule(product.min_quantity, product.step_quantity) if product else rules.QuantityRule()


def orderable(actor: Actor) -> Any:
    """Return the products the actor may order, each with the party's own number. The assortment is held by row security."""
    own = CustomerProduct.objects.filter(product=OuterRef("pk"), party_id=party_of(actor)).values("number")[:1]
    return Product.objects.filter(portal_id=actor.portal_id, is_active=True).annotate(own_number=Subquery(own))


def basket(actor: Actor, *, day: date, lock: bool = False, stock: bool = False) -> Basket:
    """Return the actor's cart with the prices of this day; with `lock` nobody changes it until the transaction ends."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart__user_id=actor.user_id, cart__by_user_id=actor.hand, cart__is_open=True)
    found = found.select_related("cart", "cart__address", "cart__portal").order_by("id")
    lines = list(found.select_for_update(of=("cart",)) if lock else found)
    if not lines:
        cart = Cart.objects.filter(party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, is_open=True).select_related("address", "portal").first()
        return Basket(cart, policy=cart.portal.policy if cart else Policy())
    return with_usual(actor, priced(actor, lines[0].cart, lines, day=day, stock=stock))


def with_usual(actor: Actor, found: Basket) -> Basket:
    """Return a basket that knows where goods and invoices go when nobody says: two statements for who belongs to a branch, department or project, none for others."""
    if found.cart is None or actor.unit_id is None:
        return found
    goods, invoices = usual_addresses(actor)
    named = found.cart.oneoff or found.cart.address_id
    return replace(found, usual=None if named else goods, usual_invoice=invoices, own_usual=goods)


def priced(actor: Actor, cart: Cart | None, lines: list[CartLine], *, day: date, stock: bool = False) -> Basket:
    """Return lines with products, prices and totals."""
    ids = [line.product_id for line in lines]
    products: dict[int, Product] = orderable(actor).in_bulk(ids)
    found = prices(actor, [Wanted(line.product_id, line.quantity) for line in lines if line.product_id in products], day=day, party_id=actor.party_id)
    stocks = _stock(ids) if stock else {}
    policy = cart.portal.policy if cart else Policy()
    made = [_line(line, products.get(line.product_id), found.get((line.product_id, line.quantity)), policy, stocks.get(line.product_id)) for line in lines]
    totals = policy.totals((item.amount, item.product.tax_rate) for item in made if item.product and not item.problem)
    return Basket(cart, made, policy, totals)


def _line(line: CartLine, product: Product | None, price: Price | None, policy: Policy, stock: Available | None) -> BasketLine:
    rule = _quantity_rule(product)
    if product is None:
        problem = "gone"
    elif price is None or price.net is None:
        problem = "no_price"
    else:
        problem = "" if rule.fit(line.quantity).quantity == line.quantity else "quantity"
    if problem in ("gone", "no_price") or price is None or price.net is None:
        return BasketLine(line, product, None, ZERO, problem, rule, None, stock)
    hint = rules.tier_hint(line.quantity, price.net, price.tiers, rule)
    return BasketLine(line, product, price, policy.line(line.quantity, price.net), problem, rule, hint, stock)


@dataclass(frozen=True)
class Glance:
    """A cart as it was last calculated: its newest lines as (name or none when it is gone, quantity, unit price), how many there are and what they come to."""

    lines: list[tuple[str | None, Decimal, Decimal | None]]
    count: int
    total: Decimal | None


def glance(actor: Actor, policy: Policy, *, day: date, with_tax: bool, size: int = 8) -> Glance:
    """Return the cart beside the catalogue, at the same cost for any cart: two statements, one for an empty one. Only the first look of a day calculates it whole."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart__user_id=actor.user_id, cart__by_user_id=actor.hand, cart__is_open=True)
    total = "cart__shown_gross" if with_tax else "cart__shown_net"
    columns = ("product_id", "quantity", "shown_price", "shown_rate", "cart__shown_on", total, "lines")
    rows = list(found.annotate(lines=Window(Count("pk"))).order_by("-pk").values_list(*columns)[:size])[::-1]
    if not rows:
        return Glance([], 0, None)
    if rows[0][4] == day:
        there = orderable(actor).in_bulk([row[0] for row in rows])
        shown = [(there.get(row[0]), row[1], row[2], row[3]) for row in rows]
        amount, count = rows[0][5], rows[0][6]
    else:
        whole = basket(actor, day=day)
        shown = [(item.product, item.line.quantity, item.price.net if item.price else None, item.product.tax_rate if item.product else None) for item in whole.lines[-size:]]
        amount, count = whole.totals.gross if with_tax else whole.totals.net, len(whole.lines)
    lines = [
        (product.label if product else None, quantity, policy.with_tax(price, rate) if with_tax and price is not None else price) for product, quantity, price, rate in shown
    ]
    return Glance(lines, count, amount)


def _stock(ids: Sequence[int]) -> dict[int, Available]:
    found: dict[int, Available] = {}
    rows = Stock.objects.filter(product_id__in=ids).values_list("product_id", "available", "expected_at", "expected_quantity", "as_of")
    for product, available, expected_at, quantity, as_of in rows:
        before = found.get(product)
        if before:
            dates = [day for day in (before.expected_at, expected_at) if day]
            found[product] = Available(before.available + available, min(dates) if dates else None, before.expected_quantity or quantity, as_of or before.as_of)
        else:
            found[product] = Available(available, expected_at, quantity, as_of)
    return found


def cart_lines(actor: Actor) -> int:
    """Return how many lines are in the actor's cart: one statement."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart__user_id=actor.user_id, cart__by_user_id=actor.hand, cart__is_open=True)
    return found.count()


def cart_counting(actor: Actor) -> Counting:
    """Say how to count the lines in the actor's cart, among the counts of every page."""
    return Counting(
        "SELECT count(*) FROM orders_cart_line l JOIN orders_cart c ON c.id = l.cart_id AND c.party_id = l.party_id AND c.portal_id = l.portal_id"
        " WHERE c.portal_id = %s AND c.party_id = %s AND c.user_id = %s AND c.by_user_id = %s AND c.is_open AND l.portal_id = %s AND l.party_id = %s",
        (actor.portal_id, party_of(actor), actor.user_id, actor.hand, actor.portal_id, party_of(actor)),
    )


def cart_amount(actor: Actor, *, day: date, with_tax: bool) -> Counting:
    """Say how to ask what the actor's cart amounted to at its last change; nothing when that was on another day than this one."""
    return Counting(
        f"SELECT {'shown_gross' if with_tax else 'shown_net'} FROM orders_cart WHERE portal_id = %s AND party_id = %s AND user_id = %s AND by_user_id = %s AND is_open AND shown_on = %s",
        (actor.portal_id, party_of(actor), actor.user_id, actor.hand, day),
    )


def lookup(actor: Actor, codes: Sequence[str]) -> dict[str, list[Product]]:
    """Find products by the party's own number, article number or EAN, as the catalogue does: three statements, however many codes."""
    bare = {code: code.strip() for code in codes if code.strip() and "\0" not in code}
    found = products_by_code(actor, list(bare.values()))
    return {code: found.get(text, []) for code, text in bare.items()}
