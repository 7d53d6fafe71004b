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
    """What was typed. `basket`: the article as a line, or the few that it may become, none of them kept; `one`: it is that article. `code`: why its quantity differs from what was typed; `unknown`: it is not sold in the unit that was named."""

    basket: Basket
    one: bool = False
    code: str = ""
    unknown: bool = False


def typed(actor: Actor, *, code: str, quantity: Decimal | None, unit: str = "", day: date) -> Typed:
    """Return what a number, a quantity (None: as little as is sold) and a unit stand for, with price and stock of this day: a constant number of statements. What is outside the assortment is not there."""
    own = {"portal_id": actor.portal_id, "party_id": party_of(actor)}
    cart = Cart.objects.filter(party_id=party_of(actor), pk=active(actor), is_open=True).select_related("portal", "unit").first() or Cart(**own)
    [asked] = meant(actor, [(code, unit)])
    one = len(asked.products) == 1
    if one:
        product, factor = asked.products[0], asked.pack.factor if asked.pack else None
        rule = _quantity_rule(product, factor)
        fitted = rule.fit(quantity * (factor or 1)) if quantity else rules.Fitted(None)
        lines = [CartLine(**own, product=product, quantity=fitted.quantity or rule.least, pack=asked.pack)]
    else:
        few = asked.products or (page(actor, search=code, size=FEW).rows if len(code.strip()) >= ENOUGH and actor.may(catalog.VIEW) else [])
        fitted, lines = rules.Fitted(None), [CartLine(**own, product=product, quantity=_quantity_rule(product).least) for product in few[:FEW]]
    if not lines:
        return Typed(Basket(None))
    basket = priced(actor, cart, lines, day=day, stock=one)
    basket.lines[:] = [line for line in basket.lines if line.product]
    return Typed(basket, one and bool(basket.lines), fitted.code, asked.unknown)
