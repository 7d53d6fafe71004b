"""Pages of what was bought before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone

from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import permissions, queries, reading, rules
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.pricing.permissions import VIEW as PRICE_VIEW
from portiek.trade.pricing.rules import including

ORDER = ("-placed_at", "-id")


@dataclass(frozen=True)
class Row:
    """One product that was bought, as its reader sees amounts. No product: he may not order it any more."""

    line: OrderLine
    order: Order
    bought: Decimal
    then: Decimal
    product: Product | None
    now: Decimal | None
    # What would go into the cart with one key; None: nothing.
    quantity: Decimal | None
    rule: rules.QuantityRule

    @property
    def own_number(self) -> str:
        """The party's own number for the product."""
        return getattr(self.product, "own_number", None) or ""

    @property
    def rise(self) -> Decimal | None:
        """By how many percent the price rose; None where the unit or the currency is another."""
        same = self.product is not None and self.line.unit_code in ("", self.product.unit_code) and self.order.currency == self.product.portal.currency
        return rules.rise(self.then, self.now) if same else None


@page(permissions.VIEW, audience="party")
def list_mine(request: Request) -> HttpResponse:
    """List what one's own party bought before."""
    return _listed(request, None)


@page(permissions.VIEW, audience="staff")
def list_of(request: Request, number: str) -> HttpResponse:
    """List what a party bought before."""
    return _listed(request, parties.party(request.actor, number))


def _listed(request: Request, party: Party | None) -> HttpResponse:
    actor, search, with_tax = request.actor, request.GET.get("q", "")[:100].replace("\0", ""), request.member.with_tax
    at = keyset(queries.purchases(actor, search=search, party_id=party.pk if party else None), ORDER, after=request.GET.get("after"), before=request.GET.get("before"))
    may_add, sees_prices = actor.may(permissions.CART) and party is None, actor.may(PRICE_VIEW)
    found = queries.bought_now(actor, at.rows, day=timezone.localdate(), party_id=party.pk if party else None, priced=sees_prices)
    policy, rows = request.portal.policy, []
    for row, now in zip(at.rows, found, strict=True):
        line, price = row.line, now.price
        if price is not None and now.product is not None and with_tax:
            price = including(price, partial(policy.with_tax, rate=now.product.tax_rate))
        rows.append(Row(line, line.order, line.quantity if line.confirmed_quantity is None else line.confirmed_quantity, reading.paid(line, policy, with_tax=with_tax), now.product, price.net if price else None, now.quantity if may_add else None, now.rule))
    kept = {"q": search} if search else {}
    values: dict[str, Any] = {"rows": rows, "search": search, "party": party, "with_tax": with_tax, "sees_prices": sees_prices, "may_add": may_add, "currency": request.portal.currency,
                              "next": "?" + urlencode({**kept, "after": at.next}) if at.next else None, "previous": "?" + urlencode({**kept, "before": at.previous}) if at.previous else None}
    part = request.htmx and request.headers.get("HX-Request-Type") == "partial"
    return render(request, "orders/bought.html" + ("#rows" if part else ""), values)
