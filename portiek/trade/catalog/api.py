"""The catalogue for machines: own assortment, stock with its time, prices that explain themselves come from pricing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.api import Cursor, Key, Limit, Listing, Money, Number, Schema, Text, endpoint, page_of
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.api import FieldOut, as_data
from portiek.trade.catalog import permissions, queries
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.fruitless import found_nothing

router = Router(tags=["products"])
routes = [("/products", router)]


class StockOut(Schema):
    """What lies in one warehouse."""

    warehouse: str
    available: Number
    expected_at: date | None
    expected_quantity: Number | None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))]


class ProductOut(Schema):
    """One product of the company's own assortment."""

    sku: str
    name: str
    name_en: str
    description: str
    category: str | None
    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code"))]
    unit_label: str
    ean: str
    min_quantity: Annotated[Number, Field(description=_("The smallest quantity that is sold"))]
    step_quantity: Annotated[Number, Field(description=_("Quantities are multiples of this"))]
    list_price: Annotated[Money | None, Field(description=_("The price for everybody; ask `/prices:lookup` for your own. Null: on request"))]
    tax_rate: Number
    own_number: Annotated[str, Field(description=_("Your own number of it"))]
    stock: list[StockOut]
    fields: Annotated[list[FieldOut], Field(description=_("What the seller adds to it in fields of his own"))]


def _out(actor: Any, products: list[Any]) -> list[dict[str, Any]]:
    ids = [product.pk for product in products]
    filled = fields.filled(actor, PRODUCT, ids)
    stock, numbers = queries.stock(actor, ids), queries.own_numbers(actor, ids) if actor.party_id else {}
    return [{
        "sku": product.sku, "name": product.name, "name_en": product.name_en, "description": product.description, "category": product.category.code if product.category_id else None,
        "unit": product.unit_code, "unit_label": product.unit_label, "ean": product.ean, "min_quantity": product.min_quantity, "step_quantity": product.step_quantity,
        "list_price": product.list_price, "tax_rate": product.tax_rate, "own_number": numbers.get(product.pk, ""),
        "stock": [{"warehouse": row.warehouse, "available": Decimal(row.available), "expected_at": row.expected_at, "expected_quantity": row.expected_quantity, "as_of": row.as_of}
                  for row in stock.get(product.pk, [])],
        "fields": as_data(filled.get(product.pk, [])),
    } for product in products]


@endpoint(router.get, "", permissions.VIEW, response=Listing[ProductOut], summary=_("List or search the own assortment"),
          description=_("Products of your own assortment, by article number; a search yields the thousand most popular hits at most."))
def list_products(request: HttpRequest, search: Annotated[Text, Field(max_length=200, description=_("Words, article numbers, own numbers or EAN codes"))] = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of products."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.products(actor, search=search), ["sku", "id"], cursor, limit)
    if search.strip() and not cursor and not page["items"]:
        found_nothing(request, search)
    return {"items": _out(actor, page["items"]), "next": page["next"]}


@endpoint(router.get, "/{key:sku}", permissions.VIEW, response=ProductOut, summary=_("One product"), description=_("One product of your own assortment by article number, with its stock."))
def get_product(request: HttpRequest, sku: Key) -> Any:
    """Answer a product."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, [queries.product(actor, sku)])[0]
