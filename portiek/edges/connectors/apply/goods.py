"""Categories, products, stock and price lists: to catalog and pricing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.contract import Change
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog import queries as catalog_queries
from portiek.trade.catalog import records as catalog_records
from portiek.trade.catalog.models import Category, Product, Stock
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing import records as pricing_records
from portiek.trade.pricing.models import PriceList
from portiek.trade.sheets import actions as sheets
from portiek.trade.sheets.records import DocumentsRecord, SheetRecord

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
    for row in Category.objects.filter(external_id__among=gone).select_related("parent"):
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
                lead_days=data.lead_days,
                units=None if data.packs is None else tuple(catalog_records.UnitRecord(pack.code, _named(pack.names, pack.code)[0][:20], pack.factor, _named(pack.names, pack.code)[1][:20], pack.ean, pack.weight) for pack in data.packs),
                family=_family(data.family) if data.family else None,
            )
        )
    for row in Product.objects.filter(external_id__among=gone).select_related("category"):
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
                lead_days=row.lead_days,
                active=False,
            )
        )
    problems = _told(catalog.apply_products(actor, records=made).problems)
    said = [_attributes(cast("contract.ProductRecord", change.data)) for change in there if change.external_id not in problems]
    if any(item.attributes for item in said) or catalog_queries.said_by_erp(actor, [item.product for item in said]):
        # A product of which one attribute cannot be read is taken over with the others.
        catalog.apply_attributes(actor, records=said)
    led = [catalog_records.RelationsRecord(data.external_id, tuple(catalog_records.RelationRecord(item.kind, item.product) for item in data.relations)) for data in (cast("contract.ProductRecord", change.data) for change in there) if data.external_id not in problems]
    if any(item.relations for item in led) or catalog_queries.led_by_erp(actor, [item.product for item in led]):
        catalog.apply_relations(actor, records=led)
    papers = [_documents(data) for data in (cast("contract.ProductRecord", change.data) for change in there) if data.documents is not None and data.external_id not in problems]
    if papers:
        sheets.apply_documents(actor, records=papers)
    pictured = [catalog_records.PictureRecord(data.external_id, data.image or "") for data in (cast("contract.ProductRecord", change.data) for change in there) if data.external_id not in problems]
    if any(item.marker for item in pictured) or catalog_queries.pictured_by_erp(actor, [item.product for item in pictured]):
        catalog.apply_pictures(actor, records=pictured)
    if catalog_queries.waited_for(actor, [item.product for item in led]):
        catalog.settle_relations(actor, external_ids=[item.product for item in led])
    return problems


def _family(data: contract.FamilyRecord) -> catalog_records.FamilyRecord:
    name, name_en = _named(data.names, data.code)
    return catalog_records.FamilyRecord(data.external_id, data.code, name[:200], name_en[:200], data.axes)


def _documents(data: contract.ProductRecord) -> DocumentsRecord:
    return DocumentsRecord(data.external_id, tuple(SheetRecord(item.kind, item.source, item.title, item.language, item.version, item.valid_from) for item in data.documents or ()))


def _attributes(data: contract.ProductRecord) -> catalog_records.AttributesRecord:
    said = [catalog_records.brand(data.brand)] if data.brand.strip() else []
    for item in data.attributes:
        name, name_en = _named(item.names, item.code)
        value, value_en = _named(item.values, "")
        said.append(catalog_records.SaidRecord(item.code, name, item.kind, value, name_en, item.unit, value_en))
    return catalog_records.AttributesRecord(data.external_id, tuple(said))


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
    for row in Stock.objects.filter(external_id__among=gone).select_related("product"):
        made.append(catalog_records.StockRecord(str(row.external_id), str(row.product.external_id), row.warehouse, row.warehouse_name))
    return _told(catalog.apply_stock(actor, records=made).problems)


def price_lists(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand price lists to pricing, one at a time: each is whole, and a product that it does not know yet holds up that list only."""
    there, gone = parted(changes)
    problems: dict[str, str] = {}
    codes = dict(PriceList.objects.filter(external_id__among=[change.external_id for change in there]).values_list("external_id", "code"))
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
            data.tiers,
            after=data.after,
            until=data.until,
        )
        wrong = pricing.apply_price_lists(actor, records=[record]).problems
        if wrong:
            problems[data.external_id] = "bad_lines: " + ", ".join(f"{item.external_id} {item.code}" for item in wrong[:5]) + (f" +{len(wrong) - 5}" if len(wrong) > 5 else "")
    for row in PriceList.objects.filter(external_id__among=gone).select_related("fallback"):
        record = pricing_records.PriceListRecord(
            str(row.external_id), row.code, row.name, row.currency, (), row.fallback.external_id if row.fallback else None, False, row.tiers
        )
        pricing.apply_price_lists(actor, records=[record])
    return problems


# What prices rest on besides products: nothing of it is written when nothing changed, but that it was heard.
PRICED = ("price_list", "agreement", "discount")
STAMPED = {"category": categories, "product": products, "stock": stock}
