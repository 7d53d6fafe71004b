"""Writes of minimum prices and of cost prices."""

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
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import errors, facts, permissions, rules
from portiek.trade.pricing.actions.own import _own
from portiek.trade.pricing.models import CostPrice, PriceFloor

CHANGEABLE = ("amount", "percent", "agreements_below", "valid_from", "valid_until")


def _checked(floor: PriceFloor) -> None:
    if (floor.amount is None) == (floor.percent is None):
        raise Refused(errors.FLOOR_WHAT, field="amount")
    if floor.amount is not None and floor.product_id is None:
        raise Refused(errors.FLOOR_OF_GROUP, field="amount")
    days = floor.valid_from, floor.valid_until
    if days[0] and days[1] and days[1] < days[0]:
        raise Refused(errors.WINDOW, field="valid_until")
    others = PriceFloor.objects.filter(portal_id=floor.portal_id, product=floor.product, discount_group=floor.discount_group).exclude(pk=floor.pk)
    if any(rules.overlap(days, (other.valid_from, other.valid_until)) for other in others):
        raise Refused(errors.FLOOR_ELSEWHERE, field="valid_from")


def _tell(actor: Actor, floor: PriceFloor, changes: Mapping[str, tuple[Any, Any]]) -> None:
    record(actor, facts.FloorChanged(floor_id=floor.pk), subject=ref("pricing.floor", floor.pk), text=floor.product.sku if floor.product else floor.discount_group, changes=changes)


@action(permissions.MANAGE)
def add_floor(actor: Actor, *, product: Product | None, discount_group: str, amount: Decimal | None, percent: Decimal | None, agreements_below: bool = False, valid_from: date | None = None, valid_until: date | None = None, cost: Decimal | None = None) -> PriceFloor:
    """Say what a product, or each of a discount group, never costs less than: an amount, or its cost price and a percentage. `cost`: the product's cost price, when it is given. Raises Refused."""
    if (product is not None) == bool(discount_group):
        raise Refused(errors.LINE_TARGET, field="product")
    made = PriceFloor(portal_id=actor.portal_id, product=product, discount_group=discount_group, amount=amount, percent=percent, agreements_below=agreements_below, valid_from=valid_from, valid_until=valid_until)
    _checked(made)
    _put_cost(actor, product, cost)
    made.save()
    _tell(actor, made, {name: (None, value) for name in CHANGEABLE if (value := getattr(made, name)) not in (None, False)})
    return made


@action(permissions.MANAGE)
def change_floor(actor: Actor, *, floor: PriceFloor, values: Mapping[str, Any]) -> bool:
    """Give a minimum price another height or other days, or another cost price to count from; return whether anything changed. Raises Refused, also for another height or other days of one of the ERP."""
    changes = {name: (getattr(floor, name), values[name]) for name in CHANGEABLE if name in values and getattr(floor, name) != values[name]}
    for name, (_old, value) in changes.items():
        setattr(floor, name, value)
    if changes:
        _own(floor)
    _checked(floor)
    priced = _put_cost(actor, floor.product, values.get("cost"))
    if changes:
        floor.save(update_fields=list(changes))
        _tell(actor, floor, changes)
    return bool(changes) or priced


@action(permissions.MANAGE)
def remove_floor(actor: Actor, *, floor: PriceFloor) -> None:
    """Take a minimum price away at once. Raises Refused for one of the ERP."""
    _own(floor)
    _tell(actor, floor, {name: (value, None) for name in CHANGEABLE if (value := getattr(floor, name)) not in (None, False)})
    floor.delete()


@action(permissions.MANAGE)
def set_cost(actor: Actor, *, product: Product, cost: Decimal) -> bool:
    """Say what one unit of a product costs the portal itself; return whether that is new."""
    return _put_cost(actor, product, cost)


def _put_cost(actor: Actor, product: Product | None, cost: Decimal | None) -> bool:
    if cost is None:
        return False
    if product is None:
        raise Refused(errors.COST_OF_GROUP, field="cost")
    there = CostPrice.objects.filter(portal_id=actor.portal_id, product=product).first()
    if there is not None and there.cost == cost:
        return False
    CostPrice.objects.update_or_create(portal_id=actor.portal_id, product=product, defaults={"cost": cost})
    record(actor, facts.CostSet(product_id=product.pk), text=product.sku, changes={"cost": (there.cost if there else None, cost)})
    return True
