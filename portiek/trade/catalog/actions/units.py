"""Other units of products, and how much of one may be ordered at once: as the ERP says, or staff where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.catalog import errors, facts, permissions, rules
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.records import UnitRecord

FIELDS = ("label", "label_en", "factor", "ean", "weight")


def _said(units: Sequence[Any]) -> str:
    return ", ".join(f"{unit.label} ({unit.code}) = {unit.factor.normalize():f}" for unit in units)


@action(permissions.MANAGE)
def set_units(actor: Actor, *, product: Product, units: Sequence[UnitRecord], max_quantity: Decimal | None, own_lead_days: int | None) -> None:
    """Say in which other units a product is ordered, beside those of the ERP, how much of it in one order at most (None: no limit), and in how many working days what is not there can be got (None: not said). Raises Refused for a unit that cannot be, is there twice, or is the ERP's."""
    there = list(ProductUnit.objects.filter(portal_id=actor.portal_id, product=product).order_by("factor", "pk"))
    taken = {unit.code for unit in there if unit.is_erp} | {product.unit_code}
    for unit in units:
        if rules.wrong_unit(unit):
            raise Refused(errors.WRONG_UNIT, field="units", unit=unit.code or unit.label)
        if unit.code in taken:
            raise Refused(errors.UNIT_TWICE, field="units", unit=unit.code)
        taken.add(unit.code)
    if max_quantity is not None and max_quantity < max(product.min_quantity, product.step_quantity):
        raise Refused(errors.MAXIMUM_TOO_LOW, field="max_quantity")
    _replace(actor, {product.pk: units}, is_erp=False)
    was = Product.objects.only("max_quantity", "own_lead_days").get(pk=product.pk)
    product.max_quantity, product.own_lead_days = max_quantity, own_lead_days
    product.save(update_fields=["max_quantity", "own_lead_days"])
    record(actor, facts.UnitsSet(product_id=product.pk), subject=ref("catalog.product", product.pk), text=product.sku,
           changes={"units": (_said([unit for unit in there if not unit.is_erp]), _said(units)), "max_quantity": (was.max_quantity, max_quantity), "own_lead_days": (was.own_lead_days, own_lead_days)})


def _replace(actor: Actor, units: Mapping[int, Sequence[UnitRecord]], *, is_erp: bool) -> int:
    """Let products have exactly these units of the ERP, or of the portal; what did not change is not touched. A unit that the ERP has too becomes the ERP's. Return how many rows changed: three statements and one for each that changed."""
    there = {(row.product_id, row.code): row for row in ProductUnit.objects.filter(portal_id=actor.portal_id, product_id__in=list(units)).select_for_update().order_by("pk")}
    wanted = {(product, unit.code): unit for product, some in units.items() for unit in some}
    gone = [row.pk for key, row in there.items() if key not in wanted and row.is_erp == is_erp]
    new, changed = [], []
    for key, unit in wanted.items():
        row = there.get(key)
        values = {name: getattr(unit, name) for name in FIELDS} | {"is_erp": is_erp}
        if row is None:
            new.append(ProductUnit(portal_id=actor.portal_id, product_id=key[0], code=key[1], **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    ProductUnit.objects.filter(pk__in=gone).delete()
    ProductUnit.objects.bulk_create(new, batch_size=1000)
    ProductUnit.objects.bulk_update(changed, [*FIELDS, "is_erp"], batch_size=500)
    return len(gone) + len(new) + len(changed)
