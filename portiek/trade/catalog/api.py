"""The catalogue for machines: own assortment, stock with its time, prices that explain themselves come from pricing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from portiek.core.api import Cursor, Limit, Listing, Money, Schema, Text, endpoint, page_of
from portiek.trade.catalog import permissions, queries

router = Router(tags=["products"])
routes = [("/products", router)]


class StockOut(Schema):
    """What lies in one warehouse; `as_of`: when the ERP said so."""

    warehouse: str
    available: Money
    expected_at: date | None
    expected_quantity: Money | None
    as_of: datetime | None


class ProductOut(Schema):
    """One product of the company's own assortment. `unit` is a UN/ECE Recommendation 20 code."""

    sku: str
    name: str
    name_en: str
    description: str
    category: str | None
    unit: str
    unit_label: str
    ean: str
    min_quantity: Money
    step_quantity: Money
    list_price: Money | None
    tax_rate: Money
    own_number: str
    stock: list[StockOut]


def _out(actor: Any, products: list[Any]) -> list[dict[str, Any]]:
    ids = [product.pk for product in products]
    stock, numbers = queries.stock(actor, ids), queries.own_numbers(actor, ids) if actor.party_id else {}
    return [{
        "sku": product.sku, "name": product.name, "name_en": product.name_en, "description": product.description, "category": product.category.code if product.category_id else None,
        "unit": product.unit_code, "unit_label": product.unit_label, "ean": product.ean, "min_quantity": product.min_quantity, "step_quantity": product.step_quantity,
        "list_price": product.list_price, "tax_rate": product.tax_rate, "own_number": numbers.get(product.pk, ""),
        "stock": [{"warehouse": row.warehouse, "available": Decimal(row.available), "expected_at": row.expected_at, "expected_quantity": row.expected_quantity, "as_of": row.as_of}
                  for row in stock.get(product.pk, [])],
    } for product in products]


@endpoint(router.get, "", permissions.VIEW, response=Listing[ProductOut], summary="List or search the own assortment")
def list_products(request: HttpRequest, search: Text = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Products of the own assortment, by number. `search` takes words, numbers and EAN codes."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.products(actor, search=search), ["sku", "id"], cursor, limit)
    return {"items": _out(actor, page["items"]), "next": page["next"]}


@endpoint(router.get, "/{sku}", permissions.VIEW, response=ProductOut, summary="One product")
def get_product(request: HttpRequest, sku: Text) -> Any:
    """One product by number."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, [queries.product(actor, sku)])[0]
