"""What a number in the quick order form stands for while it is typed: one article as it would enter the cart, or the few that it may become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portiek.core.actor import Actor
from portiek.trade.catalog import permissions as catalog
from portiek.trade.catalog.queries import page
from portiek.trade.orders import rules
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import Basket, _quantity_rule, priced
from portiek.trade.orders.queries.carts import active
from portiek.trade.orders.queries.packs import meant
from portiek.trade.orders.queries.party import party_of

# As many as one chooses from without a page, from so many characters on.
FEW, ENOUGH = 6, 2


@dataclass(frozen=True)
class Typed:
    """What was typed. `basket`: the article as a line, or the few that it may become, none of them kept; `one`: it is that article, and the line is as it becomes with what of it is in the cart already (`before`, of the sales unit). `code`: why its quantity differs from what was typed; `unknown`: it is not sold in the unit that was named."""

    basket: Basket
    one: bool = False
    code: str = ""
    unknown: bool = False
    before: Decimal = Decimal(0)


def typed(actor: Actor, *, code: str, quantity: Decimal | None, unit: str = "", day: date) -> Typed:
    """Return what a number, a quantity (None: as little as is sold) and a unit stand for, with price and stock of this day: a constant number of statements, one more for one article. What is outside the assortment is not there."""
    own = {"portal_id": actor.portal_id, "party_id": party_of(actor)}
    cart = Cart.objects.filter(party_id=party_of(actor), pk=active(actor), is_open=True).select_related("portal", "unit").first() or Cart(**own)
    [asked] = meant(actor, [(code, unit)])
    one = len(asked.products) == 1
    if one:
        product, pack = asked.products[0], asked.pack
        there = CartLine.objects.filter(party_id=party_of(actor), cart=cart, product=product).only("quantity", "pack_id").first() if cart.pk else None
        wanted, before = quantity * (pack.factor if pack else 1) if quantity else None, there.quantity if there else Decimal(0)
        if there is not None and there.pack_id != (pack.pk if pack else None):
            pack = None  # as it is added: together they are in the sales unit
        rule = _quantity_rule(product, pack.factor if pack else None)
        fitted = rule.fit(wanted + before) if wanted else rules.Fitted(None)
        lines = [CartLine(**own, product=product, quantity=fitted.quantity or before + rule.least, pack=pack)]
    else:
        few = asked.products or (page(actor, search=code, size=FEW).rows if len(code.strip()) >= ENOUGH and actor.may(catalog.VIEW) else [])
        fitted, before, lines = rules.Fitted(None), Decimal(0), [CartLine(**own, product=product, quantity=_quantity_rule(product).least) for product in few[:FEW]]
    if not lines:
        return Typed(Basket(None))
    basket = priced(actor, cart, lines, day=day, stock=one)
    basket.lines[:] = [line for line in basket.lines if line.product]
    return Typed(basket, one and bool(basket.lines), fitted.code, asked.unknown, before)
