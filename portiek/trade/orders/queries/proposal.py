"""What an order of named products would be: the review page's rules without a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.foundation.fields.queries import asked
from portiek.foundation.fields.reading import read
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.orders import rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import Basket, BasketLine, lookup, priced, with_usual
from portiek.trade.orders.queries.party import party_of


@dataclass(frozen=True)
class Asked:
    """A line somebody asks for: a product by article number, EAN or own number, and how much."""

    code: str
    quantity: Decimal
    note: str = ""


@dataclass(frozen=True)
class Details:
    """What is asked of the whole order. `address`: the key of a delivery address, `once`: an address for this order alone; both None: as usual. `answers`: to the portal's own fields."""

    reference: str = ""
    note: str = ""
    wanted_date: date | None = None
    address: int | None = None
    once: Mapping[str, str] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """An order before it is one: a line for each that was asked, in that order, and what stands in its way, each with its `field`."""

    basket: Basket
    problems: list[Refused]


def proposal(actor: Actor, *, lines: Sequence[Asked], details: Details, day: date, stock: bool = False) -> Proposal:
    """Return what an order of these lines would be on this day: a constant number of statements."""
    found = lookup(actor, [line.code for line in lines])
    cart = Cart(
        portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, reference=details.reference.strip(), note=details.note.strip(), wanted_date=details.wanted_date
    )
    problems: dict[int, str] = {}
    chosen: list[CartLine] = []
    seen: set[int] = set()
    for place, line in enumerate(lines):
        products = found.get(line.code, [])
        product = products[0].pk if len(products) == 1 else 0
        if not product:
            problems[place] = "orders.ambiguous_product" if products else "orders.unknown_product"
        elif product in seen:
            problems[place], product = "orders.line_twice", 0
        seen.add(product)
        chosen.append(CartLine(portal_id=actor.portal_id, party_id=cart.party_id, product_id=product, quantity=line.quantity, note=line.note.strip()))
    wrong = []
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
    basket = with_usual(actor, priced(actor, cart, chosen, day=day, stock=stock))
    if basket.totals.gross > rules.MAX_TOTAL:
        wrong.append(Refused("orders.too_large", field="lines"))
    return Proposal(basket, wrong + [_refused(place, asked, item, problems.get(place)) for place, (asked, item) in enumerate(zip(lines, basket.lines, strict=True)) if item.problem])


PROBLEMS = {"gone": "orders.unknown_product", "no_price": "orders.no_price", "quantity": "orders.quantity_not_sold"}


def _refused(place: int, asked: Asked, item: BasketLine, code: str | None) -> Refused:
    fitting = item.rule.fit(asked.quantity).quantity or item.rule.least
    field = f"lines/{place}/{'quantity' if item.problem == 'quantity' else 'sku'}"
    return Refused(code or PROBLEMS[item.problem], field=field, what=asked.code[:64], fitting=rules.plain(fitting), least=rules.plain(item.rule.least), step=rules.plain(item.rule.step))
