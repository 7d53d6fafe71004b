"""Writes of what an order costs besides its goods."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import facts, permissions
from portiek.trade.orders.models import CostRule
from portiek.trade.pricing.models import CustomerGroup

VALUES = ("minimum", "fee", "fee_product", "freight", "free_from", "freight_product")


def _checked(row: CostRule) -> None:
    """Raise Refused for values that do not belong together."""
    if row.fee is not None and row.minimum is None:
        raise Refused("orders.costs_fee", field="minimum")
    if row.free_from is not None and row.freight is None:
        raise Refused("orders.costs_freight", field="freight")
    for cost in ("fee", "freight"):
        if getattr(row, cost) is not None and getattr(row, f"{cost}_product") is None:
            raise Refused("orders.costs_article", field=f"{cost}_article")
        if getattr(row, cost) is None:
            setattr(row, f"{cost}_product", None)


def _name(row: CostRule) -> str:
    return row.customer.name if row.customer else row.group.name if row.group else row.kind


def _said(value: Any) -> Any:
    return value.sku if isinstance(value, Product) else value


def _tell(actor: Actor, row: CostRule, changes: Mapping[str, tuple[Any, Any]]) -> None:
    said = {f"costs.{name.replace('_product', '_article')}": (_said(before), _said(after)) for name, (before, after) in changes.items()}
    record(actor, facts.CostsChanged(rule_id=row.pk), text=_name(row), changes=said)


@action(permissions.MANAGE)
def add_costs(actor: Actor, *, kind: str = "", group: CustomerGroup | None = None, customer: Party | None = None, minimum: Decimal | None = None, fee: Decimal | None = None, fee_product: Product | None = None,
              freight: Decimal | None = None, free_from: Decimal | None = None, freight_product: Product | None = None) -> CostRule:
    """Say from which amount everybody, a kind of party, a group or one party may order, or what comes on less; and what the delivery costs. Raises Refused."""
    if sum(map(bool, (kind, group, customer))) > 1:
        raise Refused("orders.costs_for_one", field="kind")
    row = CostRule(portal_id=actor.portal_id, kind=kind, group=group, customer=customer, minimum=minimum, fee=fee, fee_product=fee_product, freight=freight, free_from=free_from, freight_product=freight_product)
    _checked(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("orders.costs_once", field="kind") from None
    _tell(actor, row, {name: (None, value) for name in VALUES if (value := getattr(row, name)) is not None})
    return row


@action(permissions.MANAGE)
def change_costs(actor: Actor, *, rule: CostRule, values: Mapping[str, Any]) -> None:
    """Give a rule other amounts or articles. What was ordered keeps its own. Raises Refused."""
    before = {name: getattr(rule, name) for name in VALUES}
    for name in VALUES:
        setattr(rule, name, values.get(name))
    _checked(rule)
    changes = {name: (was, getattr(rule, name)) for name, was in before.items() if was != getattr(rule, name)}
    if changes:
        rule.save(update_fields=list(changes))
        _tell(actor, rule, changes)


@action(permissions.MANAGE)
def remove_costs(actor: Actor, *, rule: CostRule) -> None:
    """Take a rule away: the next one that fits counts at once."""
    _tell(actor, rule, {name: (value, None) for name in VALUES if (value := getattr(rule, name)) is not None})
    rule.delete()
