"""Writes of what comes free of charge with a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import errors, facts, permissions
from portiek.trade.pricing.actions.own import _own
from portiek.trade.pricing.models import CustomerGroup, FreeGoods, PriceList
from portiek.ui import format

CHANGEABLE = ("name", "buy", "give", "valid_from", "valid_until")


def _checked(row: FreeGoods) -> None:
    if row.buy <= 0 or row.give <= 0:
        raise Refused(errors.FREE_QUANTITY, field="give")
    if row.give % row.product.step_quantity:
        raise Refused(errors.FREE_STEP, field="give", step=format.quantity(row.product.step_quantity, row.product.unit_label))
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        raise Refused(errors.WINDOW, field="valid_until")


def _tell(actor: Actor, row: FreeGoods, changes: Mapping[str, tuple[Any, Any]]) -> None:
    record(actor, facts.FreeGoodsChanged(free_goods_id=row.pk), party_id=row.customer_id, subject=ref("pricing.free_goods", row.pk), text=row.name, changes=changes)


@action(permissions.MANAGE)
def add_free_goods(
    actor: Actor, *, name: str, product: Product, buy: Decimal, give: Decimal, customer: Party | None = None, group: CustomerGroup | None = None, price_list: PriceList | None = None, valid_from: date | None = None, valid_until: date | None = None
) -> FreeGoods:
    """Give so many of a product free of charge with each full quantity of it: to one party, a group, who is served by a list, or everybody. Raises Refused."""
    if sum(map(bool, (customer, group, price_list))) > 1:
        raise Refused(errors.FREE_FOR_ONE, field="customer")
    if customer is not None and customer.kind == Party.Kind.SUPPLIER:
        raise Refused(errors.NO_BUYER, field="customer")
    made = FreeGoods(portal_id=actor.portal_id, name=name, product=product, buy=buy, give=give, customer=customer, group=group, price_list=price_list, valid_from=valid_from, valid_until=valid_until)
    _checked(made)
    made.save(force_insert=True)
    _tell(actor, made, {product.sku: (None, f"{format.quantity(buy)} + {format.quantity(give)}")})
    return made


@action(permissions.MANAGE)
def change_free_goods(actor: Actor, *, free_goods: FreeGoods, values: Mapping[str, Any]) -> bool:
    """Give it another name, other quantities or other days; return whether anything changed. What was ordered keeps what came with it. Raises Refused, also for one of the ERP."""
    _own(free_goods)
    wanted = {name: values[name] for name in CHANGEABLE if name in values}
    changes = {name: (getattr(free_goods, name), value) for name, value in wanted.items() if getattr(free_goods, name) != value}
    for name, (_old, value) in changes.items():
        setattr(free_goods, name, value)
    _checked(free_goods)
    if changes:
        free_goods.save(update_fields=list(changes))
        _tell(actor, free_goods, changes)
    return bool(changes)


@action(permissions.MANAGE)
def remove_free_goods(actor: Actor, *, free_goods: FreeGoods) -> None:
    """Take it away at once. What was ordered keeps what came with it. Raises Refused for one of the ERP."""
    _own(free_goods)
    _tell(actor, free_goods, {free_goods.product.sku: (f"{format.quantity(free_goods.buy)} + {format.quantity(free_goods.give)}", None)})
    free_goods.delete()
