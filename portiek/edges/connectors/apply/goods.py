"""Categories, products, stock and price lists: to catalog and pricing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.contract import Change
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog import records as catalog_records
from portiek.trade.catalog.models import Category, Product, Stock
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing import records as pricing_records
from portiek.trade.pricing.models import PriceList

HUNDRED = Decimal(100)


def parted(changes: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """Part what is there from the ids of what is gone."""
    return [change for change in changes if change.data is not None], [change.external_id for change in changes if change.data is None]


def _named(names: Mapping[str, str], fallback: str) -> tuple[str, str]:
    dutch = names.get("nl") or next((text for text in names.values() if text), fallback)
    return dutch, names.get("en", "") if names.get("en", "") != dutch else ""


def _told(problems: Sequence[catalog_records.Problem]) -> dict[str, str]:
    return {problem.external_id: problem.code for problem in problems}


def categories(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand categories to the catalogue; one that is gone stays, put away."""
    there, gone = parted(changes)
    made = []
    for change in there:
        data = cast("contract.CategoryRecord", change.data)
        name, name_en = _named(data.names, data.code)
        made.append(catalog_records.CategoryRecord(data.external_id, data.code or data.external_id, name, name_en, data.parent, data.active))
    for row in Category.objects.filter(external_id__in=gone).select_related("parent"):
        made.append(
            catalog_records.CategoryRecord(
                str(row.external_id), row.code, row.name, row.name_en, row.parent.external_id if row.parent else None, False, row.position
            )
        )
    return _told(catalog.apply_categories(actor, records=made).problems)


def products(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand products to the catalogue; one that is gone is no longer sold. Services stay out of an assortment of goods, so they come along as any product."""
    there, gone = parted(changes)
    made = []
    for change in there:
        data = cast("contract.ProductRecord", change.data)
        name, name_en = _named(data.names, data.sku)
        description = data.descriptions.get("nl") or next((text for text in data.descriptions.values() if text), "")
        made.append(
            catalog_records.ProductRecord(
                external_id=data.external_id,
                sku=data.sku,
                name=name[:200],
                name_en=name_en[:200],
                description=description,
                category=data.category,
                unit_code=data.unit.code or "C62",
                unit_label=data.unit.label[:20],
                ean=data.ean,
                min_quantity=data.min_quantity or data.quantity_step or Decimal(1),
                step_quantity=data.quantity_step or Decimal(1),
                list_price=data.list_price,
                tax_rate=data.tax_rate * HUNDRED,
                discount_group=data.discount_group,
                weight=data.weight,
                active=data.active,
                version=change.version[:64],
            )
        )
    for row in Product.objects.filter(external_id__in=gone).select_related("category"):
        made.append(
            catalog_records.ProductRecord(
                external_id=str(row.external_id),
                sku=row.sku,
                name=row.name,
                name_en=row.name_en,
                description=row.description,
                category=row.category.external_id if row.category else None,
                unit_code=row.unit_code,
                unit_label=row.unit_label,
                ean=row.ean,
                min_quantity=row.min_quantity,
                step_quantity=row.step_quantity,
                list_price=row.list_price,
                tax_rate=row.tax_rate,
                discount_group=row.discount_group,
                weight=row.weight,
                active=False,
            )
        )
    return _told(catalog.apply_products(actor, records=made).problems)


def stock(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand stock to the catalogue; what is gone is nothing in stock."""
    there, gone = parted(changes)
    made = []
    for change in there:
        data = cast("contract.StockRecord", change.data)
        made.append(
            catalog_records.StockRecord(
                data.external_id,
                data.product,
                data.warehouse[:40],
                data.warehouse_name[:120],
                data.on_hand,
                data.available,
                data.expected_at,
                data.expected_quantity,
            )
        )
    for row in Stock.objects.filter(external_id__in=gone).select_related("product"):
        made.append(catalog_records.StockRecord(str(row.external_id), str(row.product.external_id), row.warehouse, row.warehouse_name))
    return _told(catalog.apply_stock(actor, records=made).problems)


def price_lists(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand price lists to pricing, one at a time: each is whole, and a product that it does not know yet holds up that list only."""
    there, gone = parted(changes)
    problems: dict[str, str] = {}
    codes = dict(PriceList.objects.filter(external_id__in=[change.external_id for change in there]).values_list("external_id", "code"))
    for change in there:
        data = cast("contract.PriceListRecord", change.data)
        lines = tuple(
            pricing_records.PriceLineRecord(line.product, line.min_quantity, line.price, line.valid_from, line.valid_until, line.note[:200])
            for line in data.lines
        )
        record = pricing_records.PriceListRecord(
            data.external_id,
            data.code or codes.get(data.external_id) or f"ERP-{data.external_id}"[:40],
            data.name[:120],
            data.currency,
            lines,
            data.fallback,
            data.active,
        )
        wrong = pricing.apply_price_lists(actor, records=[record]).problems
        if wrong:
            problems[data.external_id] = "bad_lines: " + ", ".join(f"{item.external_id} {item.code}" for item in wrong[:5]) + (f" +{len(wrong) - 5}" if len(wrong) > 5 else "")
    for row in PriceList.objects.filter(external_id__in=gone).select_related("fallback"):
        record = pricing_records.PriceListRecord(
            str(row.external_id), row.code, row.name, row.currency, (), row.fallback.external_id if row.fallback else None, False
        )
        pricing.apply_price_lists(actor, records=[record])
    return problems


STAMPED = {"category": categories, "product": products, "stock": stock}
