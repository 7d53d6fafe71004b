"""Baskets and orders as their reader sees amounts: persons with VAT, companies without. What is ordered stays bound to the figures without."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from portiek.core.money import Policy
from portiek.trade.orders.models import OrderLine
from portiek.trade.orders.queries import Basket, BasketLine, Look
from portiek.trade.pricing.rules import including

Adding = Callable[[Decimal], Decimal]


def basket(found: Basket, *, with_tax: bool) -> Basket:
    """Return a basket to show; its content and fingerprint are those of the one that was handed in, so take them from there."""
    if not with_tax:
        return found
    charges = tuple(replace(charge, amount=found.policy.with_tax(charge.amount, charge.rate)) for charge in found.charges)
    return replace(found, lines=[_line(item, found.policy) for item in found.lines], charges=charges)


def _line(item: BasketLine, policy: Policy) -> BasketLine:
    if item.product is None or item.price is None:
        return item
    add: Adding = partial(policy.with_tax, rate=item.product.tax_rate)
    hint = item.hint and replace(item.hint, price=add(item.hint.price), total_now=add(item.hint.total_now), total_then=add(item.hint.total_then))
    return replace(item, price=including(item.price, add), amount=add(item.amount), hint=hint)


def look(found: Look, *, with_tax: bool) -> Look:
    """Return a list on its way into the cart to show."""
    if not with_tax:
        return found
    rows = []
    for row in found.rows:
        if row.product and row.price:
            add: Adding = partial(found.policy.with_tax, rate=row.product.tax_rate)
            row = replace(row, price=including(row.price, add), amount=add(row.amount), then=None if row.then is None else add(row.then))
        rows.append(row)
    return replace(found, rows=rows)


def lines(found: Iterable[OrderLine], policy: Policy, *, with_tax: bool) -> list[OrderLine]:
    """Return the lines of an order to show, as copies that are never saved."""
    return [_order_line(line, policy) if with_tax else line for line in found]


def paid(line: OrderLine, policy: Policy, *, with_tax: bool) -> Decimal:
    """Return what a unit of a line cost, as confirmed where the seller answered."""
    price = line.price if line.confirmed_price is None else line.confirmed_price
    return policy.with_tax(price, line.tax_rate) if with_tax else price


def _order_line(line: OrderLine, policy: Policy) -> OrderLine:
    add: Adding = partial(policy.with_tax, rate=line.tax_rate)
    made = copy.copy(line)
    made.price, made.amount = add(line.price), add(line.amount)
    made.confirmed_price = None if line.confirmed_price is None else add(line.confirmed_price)
    made.confirmed_amount = None if line.confirmed_amount is None else add(line.confirmed_amount)
    made.explanation = [{name: _added(name, value, add) for name, value in step.items()} for step in line.explanation]
    return made


def _added(name: str, value: Any, add: Adding) -> Any:
    return str(add(Decimal(value))) if name in ("before", "after") and value is not None else value
