"""Reads of the cart: what is in it and what it costs at this moment, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Window

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import Refused
from portiek.core.money import Policy, Totals
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.queries import usual_addresses
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.models import CustomerProduct, Product, ProductUnit
from portiek.trade.catalog.packs import units_of
from portiek.trade.catalog.queries import products_by_code
from portiek.trade.orders import costs, delivering, rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.carts import ACTIVE, active, active_values
from portiek.trade.orders.queries.costs import Charge, costs_of
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.units import buying_for
from portiek.trade.pricing.queries import Price, Wanted, prices, unheard
from portiek.ui import format

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Available:
    """What there is of a product for the party, and when that was said."""

    available: Decimal
    expected_at: date | None
    expected_quantity: Decimal | None
    as_of: Any
    # The one warehouse that counts; empty: all of them together.
    place: str = ""
    # Longer ago than the portal takes for certain.
    old: bool = False


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
    # The unit in which it is ordered, and all there are beside the sales unit.
    pack: ProductUnit | None = None
    units: Sequence[ProductUnit] = ()
    free_hint: rules.FreeHint | None = None
    # Since when nothing was heard of its price, where that is longer than the portal takes for certain.
    unheard: datetime | None = None

    @property
    def free(self) -> Decimal:
        """How many more come with it free of charge."""
        return self.price.free.units if self.price and self.price.free and not self.problem else ZERO

    @property
    def quantity(self) -> Decimal:
        """The quantity in the unit of the line, without needless zeros: in a field "60,000" would read as sixty thousand."""
        return self.in_unit(self.line.quantity)

    @property
    def step(self) -> Decimal:
        """What one more is, in the unit of the line."""
        return self.in_unit(self.rule.step)

    def in_unit(self, quantity: Decimal) -> Decimal:
        """Return a quantity of the sales unit in the unit of the line."""
        return Decimal(rules.plain(quantity / self.pack.factor if self.pack else quantity))

    @property
    def own_number(self) -> str:
        """The party's own number for the product."""
        return getattr(self.product, "own_number", None) or ""

    @property
    def short(self) -> bool:
        """Whether more is wanted than there is."""
        return self.stock is not None and self.stock.available < self.line.quantity + self.free


@dataclass(frozen=True)
class Basket:
    """A cart with its lines, prices and totals, and the content that an order of it would be bound to."""

    cart: Cart | None
    lines: list[BasketLine] = field(default_factory=list)
    policy: Policy = Policy()  # noqa: RUF009  (frozen, so shared safely)
    totals: Totals = Totals(ZERO, ZERO, ZERO)  # noqa: RUF009
    # What comes on it besides its goods, in the totals; what more goods would change of that, and the order minimum.
    charges: tuple[Charge, ...] = ()
    due: costs.Due = costs.Due()  # noqa: RUF009
    minimum: Decimal | None = None
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
    def stands(self) -> bool:
        """Whether nothing is in the way of ordering it."""
        return not self.problems and not self.due.refused

    @property
    def too_small(self) -> Refused | None:
        """Why it is too small to be ordered, or None."""
        if not self.due.refused:
            return None
        return Refused("orders.below_minimum", field="lines", lacks=format.money(self.due.lacks, self.policy.currency), minimum=format.money(self.minimum, self.policy.currency))

    @property
    def goods(self) -> Decimal:
        """What the goods alone come to, excl. VAT."""
        return self.totals.net - sum((charge.amount for charge in self.charges), ZERO)

    @property
    def unheard(self) -> Any:
        """Since when nothing was heard of the administration, where that is longer than the portal takes for certain; None: it was."""
        return next((item.stock.as_of for item in self.lines if item.stock and item.stock.old), None)

    @property
    def prices_unheard(self) -> datetime | None:
        """The same of its prices, of the one of which that is longest."""
        return min((item.unheard for item in self.lines if item.unheard), default=None)

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
                    # Only where it is ordered in another unit, so that what was seen before there were any still holds.
                    *([item.pack.code] if item.pack else []),
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
            **({"dates": dates} if (dates := {item.line.product_id: item.line.wanted_date.isoformat() for item in self.lines if item.line.wanted_date}) else {}),
            # By text, as it comes back from a page.
            **({"free": free} if (free := {str(item.line.product_id): rules.plain(item.free) for item in self.lines if item.free}) else {}),
            **({"slot": cart.slot} if cart and cart.slot else {}),
            **({"shipping": cart.shipping} if cart and cart.shipping else {}),
            **({"unit": cart.unit.name, "unit_id": cart.unit_id} if cart and cart.unit else {}),
            **({"cost_centre": cart.cost_centre} if cart and cart.cost_centre else {}),
            # Left out where nothing is asked, so that what was seen before the portal asked it still holds.
            **({"answers": cart.answers} if cart and cart.answers else {}),
            **({"charges": [[charge.kind, rules.plain(charge.amount), rules.plain(charge.rate)] for charge in self.charges]} if self.charges else {}),
        }

    @cached_property
    def hash(self) -> str:
        """The fingerprint of the content."""
        return rules.content_hash(self.content)


def _quantity_rule(product: Product | None, factor: Decimal | None = None) -> rules.QuantityRule:
    """Return in what quantities a product is sold, in whole packs of so many where it is ordered in those."""
    rule = rules.QuantityRule(product.min_quantity, product.step_quantity, product.max_quantity or rules.MAX_QUANTITY) if product else rules.QuantityRule()
    return rule.packed(factor) if factor else rule


def orderable(actor: Actor) -> Any:
    """Return the products the actor may order, each with the party's own number. The assortment is held by row security."""
    own = CustomerProduct.objects.filter(product=OuterRef("pk"), party_id=party_of(actor)).values("number")[:1]
    return Product.objects.filter(portal_id=actor.portal_id, is_active=True).annotate(own_number=Subquery(own))


def basket(actor: Actor, *, day: date, lock: bool = False, stock: bool = False) -> Basket:
    """Return the actor's cart with the prices of this day; with `lock` nobody changes it until the transaction ends."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart_id=active(actor), cart__is_open=True)
    found = found.select_related("cart", "cart__address", "cart__portal", "cart__unit").order_by("id")
    lines = list(found.select_for_update(of=("cart",)) if lock else found)
    if not lines:
        cart = Cart.objects.filter(party_id=party_of(actor), pk=active(actor), is_open=True).select_related("address", "portal", "unit").first()
        return Basket(cart, policy=cart.portal.policy if cart else Policy())
    return charged(actor, with_usual(actor, priced(actor, lines[0].cart, lines, day=day, stock=stock)))


def charged(actor: Actor, found: Basket) -> Basket:
    """Return a basket with what comes on it besides its goods, and the totals that follow: the one place that works it out, for cart, review, order and API."""
    if not found.lines:
        return found
    here, collected = costs_of(actor), found.cart is not None and found.cart.shipping == delivering.PICKUP
    due = here.rule.due(found.totals.net, collected=collected)
    rated = [(item.amount, item.product.tax_rate) for item in found.lines if item.product and not item.problem]
    charges = here.charges(due, rated)
    totals = found.policy.totals([*rated, *((item.amount, item.rate) for item in charges)]) if charges else found.totals
    return replace(found, due=due, charges=charges, minimum=here.rule.minimum, totals=totals)


def with_usual(actor: Actor, found: Basket) -> Basket:
    """Return a basket that knows where goods and invoices go when nobody says: two statements for who belongs to a branch, department or project, none for others."""
    who = buying_for(actor, found.cart)
    if found.cart is None or who.unit_id is None:
        return found
    goods, invoices = usual_addresses(who)
    named = found.cart.oneoff or found.cart.address_id
    return replace(found, usual=None if named else goods, usual_invoice=invoices, own_usual=goods)


def priced(actor: Actor, cart: Cart | None, lines: list[CartLine], *, day: date, stock: bool = False) -> Basket:
    """Return lines with products, prices and totals of the goods alone."""
    ids = [line.product_id for line in lines]
    products: dict[int, Product] = orderable(actor).select_related("portal").in_bulk(ids)
    found = prices(buying_for(actor, cart), [Wanted(line.product_id, line.quantity) for line in lines if line.product_id in products], day=day, party_id=actor.party_id, known=products)
    stocks, late = (_stock(actor, products.values()), unheard(actor, found)) if stock else ({}, {})
    policy, units = cart.portal.policy if cart else Policy(), units_of(actor, products)
    made = [_line(line, products.get(line.product_id), found.get((line.product_id, line.quantity)), policy, stocks.get(line.product_id), units.get(line.product_id, ()), late.get((line.product_id, line.quantity))) for line in lines]
    totals = policy.totals((item.amount, item.product.tax_rate) for item in made if item.product and not item.problem)
    return Basket(cart, made, policy, totals)


def _line(line: CartLine, product: Product | None, price: Price | None, policy: Policy, stock: Available | None, units: Sequence[ProductUnit], late: datetime | None) -> BasketLine:
    pack = next((unit for unit in units if unit.pk == line.pack_id), None)
    rule = _quantity_rule(product, pack.factor if pack else None)
    if product is None:
        problem = "gone"
    elif price is None or price.net is None:
        problem = "no_price"
    else:
        problem = "" if rule.fit(line.quantity).quantity == line.quantity else "quantity"
    if problem in ("gone", "no_price") or price is None or price.net is None:
        return BasketLine(line, product, None, ZERO, problem, rule, None, stock, pack, units)
    hint = rules.tier_hint(line.quantity, price.net, price.jumps, rule)
    free = rules.free_hint(line.quantity, price.free.buy, price.free.give, rule) if price.free else None
    return BasketLine(line, product, price, policy.line(line.quantity, price.net), problem, rule, hint, stock, pack, units, free, late)


@dataclass(frozen=True)
class Glance:
    """A cart as it was last calculated: its newest lines as (name or none when it is gone, quantity, unit price), how many there are and what they come to."""

    lines: list[tuple[str | None, Decimal, Decimal | None]]
    count: int
    total: Decimal | None
    name: str = ""


def glance(actor: Actor, policy: Policy, *, day: date, with_tax: bool, size: int = 8) -> Glance:
    """Return the cart beside the catalogue, at the same cost for any cart: two statements, one for an empty one. Only the first look of a day calculates it whole."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart_id=active(actor), cart__is_open=True)
    total = "cart__shown_gross" if with_tax else "cart__shown_net"
    columns = ("product_id", "quantity", "shown_price", "shown_rate", "cart__shown_on", total, "lines", "cart__name")
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
    return Glance(lines, count, amount, rows[0][7])


def _stock(actor: Actor, products: Iterable[Product]) -> dict[int, Available]:
    found = availability(actor, products)
    return {key: Available(there.standing.available, there.expected, there.standing.expected_quantity, there.as_of, str(there.place or ""), there.old) for key, there in found.items() if there.available is not None or there.comes is not None}


def awaited(actor: Actor, found: Basket) -> dict[int, date]:
    """Return when what is not there of the lines of a basket comes, by product, of what has a lead time: no statement where nothing has. What the ERP announced it confirms itself."""
    there = _stock(actor, [item.product for item in found.lines if item.product and item.product.lead is not None])
    short = [(item.line.product_id, stock.expected_at) for item in found.lines if (stock := there.get(item.line.product_id)) and stock.available < item.line.quantity]
    return {product: day for product, day in short if day is not None}


def cart_lines(actor: Actor) -> int:
    """Return how many lines are in the actor's cart: one statement."""
    found = CartLine.objects.filter(party_id=party_of(actor), cart__party_id=party_of(actor), cart_id=active(actor), cart__is_open=True)
    return found.count()


def cart_counting(actor: Actor) -> Counting:
    """Say how to count the lines in the actor's cart, among the counts of every page."""
    return Counting(
        f"SELECT count(*) FROM orders_cart_line l WHERE l.portal_id = %s AND l.party_id = %s AND l.cart_id = {ACTIVE}",
        (actor.portal_id, party_of(actor), *active_values(actor)),
    )


def cart_amount(actor: Actor, *, day: date, with_tax: bool) -> Counting:
    """Say how to ask what the actor's cart amounted to at its last change; nothing when that was on another day than this one."""
    return Counting(
        f"SELECT {'shown_gross' if with_tax else 'shown_net'} FROM orders_cart WHERE portal_id = %s AND party_id = %s AND id = {ACTIVE} AND shown_on = %s",
        (actor.portal_id, party_of(actor), *active_values(actor), day),
    )


def lookup(actor: Actor, codes: Sequence[str]) -> dict[str, list[Product]]:
    """Find products by the party's own number, article number or EAN, as the catalogue does: three statements, however many codes."""
    bare = {code: code.strip() for code in codes if code.strip() and "\0" not in code}
    found = products_by_code(actor, list(bare.values()))
    return {code: found.get(text, []) for code, text in bare.items()}
