"""Writes of surcharges."""

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
from portiek.trade.pricing import errors, facts, permissions
from portiek.trade.pricing.actions.own import _own
from portiek.trade.pricing.models import Surcharge


def _checked(percent: Decimal | None, amount: Decimal | None, days: tuple[date | None, date | None]) -> None:
    if (percent is None) == (amount is None):
        raise Refused(errors.SURCHARGE_WHAT, field="percent")
    if days[0] and days[1] and days[1] < days[0]:
        raise Refused(errors.WINDOW, field="valid_until")


def _tell(actor: Actor, row: Surcharge, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, facts.SurchargeChanged(surcharge_id=row.pk), subject=ref("pricing.surcharge", row.pk), text=row.name, changes=changes)


@action(permissions.MANAGE)
def add_surcharge(actor: Actor, *, name: str, product: Product | None, discount_group: str, percent: Decimal | None, amount: Decimal | None, valid_from: date | None = None, valid_until: date | None = None) -> Surcharge:
    """Put something on top of every price of a product or of a discount group: a percentage of the price, or an amount per unit. Raises Refused."""
    if (product is not None) == bool(discount_group):
        raise Refused(errors.LINE_TARGET, field="product")
    _checked(percent, amount, (valid_from, valid_until))
    made = Surcharge.objects.create(portal_id=actor.portal_id, name=name, product=product, discount_group=discount_group, percent=percent, amount=amount, valid_from=valid_from, valid_until=valid_until)
    _tell(actor, made, {product.sku if product else discount_group: (None, percent if percent is not None else amount)})
    return made


@action(permissions.MANAGE)
def change_surcharge(actor: Actor, *, surcharge: Surcharge, values: Mapping[str, Any]) -> bool:
    """Give a surcharge another name, height or other days; return whether anything changed. Raises Refused, also for one of the ERP."""
    _own(surcharge)
    wanted = {name: values[name] for name in ("name", "percent", "amount", "valid_from", "valid_until") if name in values}
    changes = {name: (getattr(surcharge, name), value) for name, value in wanted.items() if getattr(surcharge, name) != value}
    for name, (_old, value) in changes.items():
        setattr(surcharge, name, value)
    _checked(surcharge.percent, surcharge.amount, (surcharge.valid_from, surcharge.valid_until))
    if changes:
        surcharge.save(update_fields=list(changes))
        _tell(actor, surcharge, changes)
    return bool(changes)


@action(permissions.MANAGE)
def remove_surcharge(actor: Actor, *, surcharge: Surcharge) -> None:
    """Take a surcharge away at once. Raises Refused for one of the ERP."""
    _own(surcharge)
    _tell(actor, surcharge, {surcharge.name: (surcharge.percent if surcharge.percent is not None else surcharge.amount, None)})
    surcharge.delete()
