"""What an order of named products would be: the review page's rules without a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.money import Policy
from portiek.foundation.fields.queries import asked
from portiek.foundation.fields.reading import read
from portiek.foundation.parties.models import Address, Portal
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.approvals import queries as approvals
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.queries import own_numbers
from portiek.trade.orders import rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import Basket, BasketLine, charged, orderable, priced, with_usual
from portiek.trade.orders.queries.delivery import delivery_problems
from portiek.trade.orders.queries.packs import meant
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.units import units_for
from portiek.trade.pricing.rules import Price, Step


@dataclass(frozen=True)
class Asked:
    """A line somebody asks for: a product by article number, EAN or own number, and how much."""

    code: str
    quantity: Decimal
    note: str = ""
    # In which unit the quantity is; empty: the sales unit.
    unit: str = ""
    wanted_date: date | None = None
    # Its key, where it is known: a number may meanwhile be that of something else.
    product: int = 0
    # Of a product that is known: the unit in which it is ordered; the quantity is of the sales unit all the same.
    pack: ProductUnit | None = None


@dataclass(frozen=True)
class Details:
    """What is asked of the whole order. `address`: the key of a delivery address, `once`: an address for this order alone; both None: as usual. `answers`: to the portal's own fields."""

    reference: str = ""
    note: str = ""
    wanted_date: date | None = None
    address: int | None = None
    once: Mapping[str, str] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    slot: str = ""
    shipping: str = ""
    # The code of one of the party's cost centres.
    cost_centre: str = ""
    # The key of a branch, department or project; None: as the actor stands.
    unit: int | None = None


@dataclass(frozen=True)
class Proposal:
    """An order before it is one: a line for each that was asked, in that order, and what stands in its way, each with its `field`."""

    basket: Basket
    problems: list[Refused]


def proposal(actor: Actor, *, lines: Sequence[Asked], details: Details, day: date, stock: bool = False) -> Proposal:
    """Return what an order of these lines would be on this day: a constant number of statements."""
    found = meant(actor, [(line.code, line.unit) for line in lines])
    known = orderable(actor).in_bulk([line.product for line in lines if line.product]) if any(line.product for line in lines) else {}
    cart, wrong = _with(actor, details, day)
    problems: dict[int, str] = {}
    chosen: list[CartLine] = []
    seen: set[int] = set()
    for place, line in enumerate(lines):
        products, pack = ([known[line.product]] if line.product in known else []) if line.product else found[place].products, line.pack if line.product else found[place].pack
        product = products[0].pk if len(products) == 1 else 0
        if not product:
            problems[place] = "orders.ambiguous_product" if products else "orders.unknown_product"
        elif found[place].unknown:
            problems[place], product = "orders.unknown_unit", 0
        elif product in seen:
            problems[place], product = "orders.line_twice", 0
        seen.add(product)
        chosen.append(CartLine(portal_id=actor.portal_id, party_id=cart.party_id, product_id=product, quantity=line.quantity * pack.factor if pack and not line.product else line.quantity, pack=pack, note=line.note.strip(), wanted_date=line.wanted_date))
    wrong += [Refused("orders.wanted_date", field=f"lines/{place}/wanted_date") for place, line in enumerate(lines) if not rules.may_want(line.wanted_date, day)]
    wrong += delivery_problems(actor, cart, [(f"lines/{place}/wanted_date", line.wanted_date) for place, line in enumerate(lines)], now=timezone.now())
    basket = charged(actor, with_usual(actor, priced(actor, cart, chosen, day=day, stock=stock)))
    if small := basket.too_small:
        wrong.append(small)
    if basket.totals.gross > rules.MAX_TOTAL:
        wrong.append(Refused("orders.too_large", field="lines"))
    return Proposal(basket, wrong + [_refused(place, asked, item, problems.get(place)) for place, (asked, item) in enumerate(zip(lines, basket.lines, strict=True)) if item.problem])


def _with(actor: Actor, details: Details, day: date) -> tuple[Cart, list[Refused]]:
    """Return a cart that is never saved with what is asked of the whole order, and what of that cannot be."""
    cart = Cart(
        portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, reference=details.reference.strip(), note=details.note.strip(), wanted_date=details.wanted_date, slot=details.slot, shipping=details.shipping, cost_centre=details.cost_centre.strip()
    )
    wrong = []
    if problem := approvals.centres(actor).why_not(cart.cost_centre):
        wrong.append(Refused(problem, field="cost_centre"))
    if problem := approvals.reference(actor).why_not(cart.reference):
        wrong.append(Refused(problem, field="reference"))
    if details.unit is not None:
        cart.unit = units_for(actor).filter(pk=details.unit).first()
        if cart.unit is None:
            wrong.append(Refused("orders.no_unit", field="for_unit"))
    if details.address is not None:
        cart.address = Address.objects.filter(pk=details.address, party_id=party_of(actor), is_delivery=True, is_active=True).first()
        if cart.address is None:
            wrong.append(Refused("orders.unknown_address", field="address"))
    if details.once is not None:
        cart.oneoff, problem, where = rules.address_once(details.once)
        if details.address is not None:
            wrong.append(Refused("orders.two_addresses", field="address_once"))
        elif not actor.may(ADDRESS_ONEOFF):
            wrong.append(Refused("orders.no_oneoff", field="address_once"))
        elif problem:
            wrong.append(Refused(problem, field=f"address_once/{where}"))
    try:
        cart.answers = {key: value for key, value in read(asked(actor, "order"), details.answers, needed=True, where="fields/").items() if value}
    except Refused as refused:
        wrong += refused.parts or [refused]
    if not rules.may_want(details.wanted_date, day):
        wrong.append(Refused("orders.wanted_date", field="wanted_date"))
    return cart, wrong


@dataclass(frozen=True)
class Agreed:
    """A line at a price that was agreed outside the price lists. `product` may be outside the assortment; the other values are those that were agreed."""

    product: int
    sku: str
    name: str
    unit: str
    unit_code: str
    tax_rate: Decimal
    quantity: Decimal
    price: Decimal
    list_price: Decimal | None
    note: str = ""


def agreed(actor: Actor, *, lines: Sequence[Agreed], details: Details, by: str, day: date) -> Proposal:
    """Return what an order of agreed lines would be: their prices, whatever the lists say. `by`: what they were agreed in, as their explanation names it."""
    cart, wrong = _with(actor, details, day)
    cart.portal = Portal.objects.get(pk=actor.portal_id)
    policy, own = cart.portal.policy, own_numbers(actor, [line.product for line in lines])
    categories = dict(orderable(actor).filter(pk__in=[line.product for line in lines]).values_list("pk", "category_id"))
    made = [_agreed(actor, cart, line, by, policy, categories.get(line.product), own.get(line.product, "")) for line in lines]
    basket = with_usual(actor, Basket(cart, made, policy, policy.totals((item.amount, item.product.tax_rate) for item in made if item.product)))
    if basket.totals.gross > rules.MAX_TOTAL:
        wrong.append(Refused("orders.too_large", field="lines"))
    return Proposal(basket, wrong)


def _agreed(actor: Actor, cart: Cart, line: Agreed, by: str, policy: Policy, category: int | None, own_number: str) -> BasketLine:
    product = Product(pk=line.product, portal_id=actor.portal_id, sku=line.sku, name=line.name, unit_label=line.unit, unit_code=line.unit_code, tax_rate=line.tax_rate, category_id=category)
    product.own_number = own_number  # type: ignore[attr-defined]  # as orderable() adds it
    steps = [*([Step("list_price", None, line.list_price)] if line.list_price is not None else []), Step("quote", line.list_price, line.price, by)]
    price = Price(line.price, line.list_price, (), None, tuple(steps), currency=policy.currency)
    item = CartLine(portal_id=actor.portal_id, party_id=cart.party_id, product_id=line.product, quantity=line.quantity, note=line.note)
    return BasketLine(item, product, price, policy.line(line.quantity, line.price), "", rules.QuantityRule(), None)


PROBLEMS = {"gone": "orders.unknown_product", "no_price": "orders.no_price", "quantity": "orders.quantity_not_sold"}


def _refused(place: int, asked: Asked, item: BasketLine, code: str | None) -> Refused:
    fitted = item.rule.fit(item.line.quantity)
    fitting = fitted.quantity or item.rule.least
    field = f"lines/{place}/{'quantity' if item.problem == 'quantity' else 'unit' if code == 'orders.unknown_unit' else 'sku'}"
    code = code or ("orders.above_maximum" if item.problem == "quantity" and fitted.code == "above_maximum" else PROBLEMS[item.problem])
    return Refused(code, field=field, unit=asked.unit[:20], most=rules.plain(fitting), what=asked.code[:64], fitting=rules.plain(fitting), least=rules.plain(item.rule.least), step=rules.plain(item.rule.step))
