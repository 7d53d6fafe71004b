"""The catalogue for machines: own assortment, stock with its time, prices that explain themselves come from pricing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import ConfigDict, Field

from portiek.core.api import Cursor, Day, Key, Limit, Listing, Money, Number, Quantity, Schema, Text, endpoint, one_of, page_of
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.api import FieldOut, as_data
from portiek.foundation.files.download import attachment
from portiek.trade.catalog import actions, permissions, queries, rules
from portiek.trade.catalog.availability import Availability, availability
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.fruitless import found_nothing
from portiek.trade.catalog.packs import units_of

router = Router(tags=["products"])
numbers = Router(tags=["products"])
stocks = Router(tags=["products"])
routes = [("/products", router), ("/own-numbers", numbers), ("", stocks)]


class StockOut(Schema):
    """What lies in one warehouse."""

    warehouse: str
    available: Number
    expected_at: date | None
    expected_quantity: Number | None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))]


class ProductUnitOut(Schema):
    """Another unit in which it is ordered."""

    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code"))]
    label: str
    label_en: str
    factor: Annotated[Number, Field(description=_("How many of the sales unit go in one"))]
    ean: str
    weight: Annotated[Number | None, Field(description=_("In kg, of one"))]


class AttributeOut(Schema):
    """What is said of a product."""

    code: Annotated[str, Field(description=_("That of ETIM where there is one"))]
    name: str
    kind: Annotated[str, Field(description=_("text, number, range or logic"))]
    value: Annotated[str, Field(description=_("As text: words, a number, two numbers with `..` between, 1 or 0"))]
    number: Annotated[Number | None, Field(description=_("The number, or the lowest of a range, in the unit"))]
    until: Annotated[Number | None, Field(description=_("The highest of a range"))]
    unit: str


class FamilyOut(Schema):
    """What a product is one of several versions of."""

    code: str
    name: str
    name_en: str
    differs_in: Annotated[list[str], Field(description=_("Codes of the attributes in which the versions differ; empty: whatever differs"))]


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
    picture: Annotated[str, Field(description=_("Changes with the picture, which is at `/products/{sku}/picture`; empty: there is none"))]
    min_quantity: Annotated[Number, Field(description=_("The smallest quantity that is sold"))]
    step_quantity: Annotated[Number, Field(description=_("Quantities are multiples of this"))]
    max_quantity: Annotated[Number | None, Field(description=_("The largest quantity in one order; null: no limit"))]
    units: Annotated[list[ProductUnitOut], Field(description=_("Other units in which it is ordered; prices and quantities are of the sales unit"))]
    list_price: Annotated[Money | None, Field(description=_("The price for everybody; ask `/prices:lookup` for your own. Null: on request"))]
    tax_rate: Number
    own_number: Annotated[str, Field(description=_("Your own number of it"))]
    available: Annotated[Number | None, Field(description=_("What you may count on: of the warehouses that count for you, less what was ordered here and is not booked yet; null: ask"))]
    available_as_of: Annotated[datetime | None, Field(description=_("When the seller's administration was last heard about stock"))]
    lead_days: Annotated[int | None, Field(description=_("How many working days it takes to get what is not there; null: not known"))]
    expected_on: Annotated[date | None, Field(description=_("When what is not there comes: the next announced receipt, else what is ordered now by its lead time; null: not known"))]
    stock: list[StockOut]
    attributes: list[AttributeOut]
    variant: Annotated[str, Field(description=_("What tells it apart where other versions have the same name"))]
    family: Annotated[FamilyOut | None, Field(description=_("Ask `/products?family=` with its code for the other versions; null: it has none"))]
    successor: Annotated[str | None, Field(description=_("The article number of what came in its place"))]
    alternatives: Annotated[list[str], Field(description=_("Article numbers of what may be taken instead"))]
    accessories: Annotated[list[str], Field(description=_("Article numbers of what goes along"))]
    fields: Annotated[list[FieldOut], Field(description=_("What the seller adds to it in fields of his own"))]


def _stock(found: Availability) -> list[dict[str, Any]]:
    return [{"warehouse": row.warehouse, "available": Decimal(row.available), "expected_at": row.expected_at, "expected_quantity": row.expected_quantity, "as_of": row.as_of} for row in found.rows]


def _out(actor: Any, products: list[Any]) -> list[dict[str, Any]]:
    ids = [product.pk for product in products]
    filled = fields.filled(actor, PRODUCT, ids)
    attributes, related = queries.attributes_of(actor, ids), queries.related_skus(actor, ids)
    units, families = units_of(actor, ids), queries.families_of(actor, products)
    found, numbers = availability(actor, products), queries.own_numbers(actor, ids) if actor.party_id else {}
    return [{
        "sku": product.sku, "name": product.name, "name_en": product.name_en, "description": product.description, "category": product.category.code if product.category_id else None,
        "unit": product.unit_code, "unit_label": product.unit_label, "ean": product.ean, "picture": product.picture, "min_quantity": product.min_quantity, "step_quantity": product.step_quantity,
        "max_quantity": product.max_quantity,
        "units": [{"unit": unit.code, "label": unit.label, "label_en": unit.label_en, "factor": unit.factor, "ean": unit.ean, "weight": unit.weight} for unit in units.get(product.pk, [])],
        "list_price": product.list_price, "tax_rate": product.tax_rate, "own_number": numbers.get(product.pk, ""),
        "available": found[product.pk].available, "available_as_of": found[product.pk].as_of, "lead_days": product.lead, "expected_on": found[product.pk].expected,
        "stock": _stock(found[product.pk]),
        "attributes": [{"code": row.attribute.code, "name": row.attribute.name, "kind": row.attribute.kind, "value": row.value, "number": row.number, "until": row.until, "unit": row.attribute.unit} for row in attributes.get(product.pk, [])],
        "variant": product.variant, "family": {"code": family.code, "name": family.name, "name_en": family.name_en, "differs_in": family.axes} if (family := families.get(product.family_id)) else None,
        "successor": next(iter(related.get(product.pk, {}).get("successor", [])), None), "alternatives": related.get(product.pk, {}).get("alternative", []), "accessories": related.get(product.pk, {}).get("accessory", []),
        "fields": as_data(filled.get(product.pk, [])),
    } for product in products]


class FacetValueOut(Schema):
    """A value that the list can be narrowed to."""

    value: Annotated[str, Field(description=_("Ask for it as `attribute=code~value`"))]
    products: Annotated[int, Field(description=_("How many have it, among the first 500 of the list"))]


class FacetOut(Schema):
    """An attribute that the list can be narrowed by."""

    code: str
    name: str
    name_en: str
    kind: str
    unit: str
    values: list[FacetValueOut]


class CategoryCountOut(Schema):
    """A category with products of the list."""

    code: str
    name: str
    name_en: str
    products: int


class FacetsOut(Schema):
    """What the list can be narrowed by."""

    categories: list[CategoryCountOut]
    capped: Annotated[bool, Field(description=_("There are more than were counted"))]
    attributes: Annotated[list[FacetOut], Field(description=_("Of a search, a category or a narrowed list alone: a whole assortment has too many"))]


class ProductsOut(Listing[ProductOut]):
    """One page of products; `facets` on the first page, where they were asked for."""

    facets: FacetsOut | None = None


def _facets(actor: Any, search: str, category: Any, within: queries.Narrowed) -> dict[str, Any]:
    counted = queries.facets(actor, search=search, traits=within.traits, stocked=within.stocked)
    offered = queries.offered(actor, search=search, category=category, within=within) if search or category or within.chosen else []
    return {
        "categories": [{"code": item.code, "name": item.name, "name_en": item.name_en, "products": counted.counts[item.pk]} for item in queries.categories(actor) if counted.counts.get(item.pk)],
        "capped": counted.capped,
        "attributes": [{"code": facet.attribute.code, "name": facet.attribute.name, "name_en": facet.attribute.name_en, "kind": facet.attribute.kind, "unit": facet.attribute.unit, "values": [{"value": value.value, "products": value.products} for value in facet.values]} for facet in offered],
    }


@endpoint(router.get, "", permissions.VIEW, response=ProductsOut, summary=_("List or search the own assortment"),
          description=_("Products of your own assortment, by article number; a search or a narrowed list yields the thousand most popular hits at most. A category or attribute that is not known is 404 or counts for nothing."))
def list_products(request: HttpRequest, search: Annotated[Text, Field(max_length=200, description=_("Words, article numbers, own numbers or EAN codes"))] = "", family: Annotated[Text, Field(max_length=64, description=_("The code of a family: its versions alone"))] = "",
                  category: Annotated[Text, Field(max_length=64, description=_("The code of a category: what is in it and below it"))] = "", attribute: list[Text] = Query([], max_length=12, description=_("Each as `code~value`: products of which all of this is said")),  # type: ignore[type-arg]
                  in_stock: Annotated[bool, Field(description=_("Only what is in stock"))] = False, facets: Annotated[bool, Field(description=_("Say with the first page what the list can be narrowed by"))] = False, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of products."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen, within = queries.category(actor, category) if category else None, queries.narrowed(actor, attribute, stocked=in_stock)
    page = page_of(queries.products(actor, search=search, category=chosen, traits=within.traits, stocked=within.stocked, family=family), ["sku", "id"], cursor, limit)
    if search.strip() and not (family or category or within) and not cursor and not page["items"]:
        found_nothing(request, search)
    return {"items": _out(actor, page["items"]), "next": page["next"], "facets": _facets(actor, search, chosen, within) if facets and not cursor else None}


@endpoint(router.get, "/{key:sku}", permissions.VIEW, response=ProductOut, summary=_("One product"), description=_("One product of your own assortment by article number, with its stock."))
def get_product(request: HttpRequest, sku: Key) -> Any:
    """Answer a product."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, [queries.product(actor, sku)])[0]


@endpoint(router.get, "/{key:sku}/picture", permissions.VIEW, response=None, media_type="image/webp", summary=_("The picture of a product"), description=_("The picture that the portal shows, as WebP within 960 by 960 pixels. 404 where there is none."))
def get_picture(request: HttpRequest, sku: Key) -> Any:
    """Hand out the picture."""
    actor = request.actor  # type: ignore[attr-defined]
    path, sha256 = queries.picture(actor, queries.product(actor, sku).picture)
    return attachment(request, path, name=f"{sku}.webp", media_type="image/webp", etag=sha256)


class StockLine(Schema):
    """A product and how many are wanted."""

    sku: Annotated[Text, Field(max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Quantity = Decimal(1)


class StockQuestion(Schema):
    """Up to 1,000 lines, each answered as if it were alone."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lines": [{"sku": "GP-125-2600", "quantity": "60"}], "day": "2026-12-01"}]})
    lines: Annotated[list[StockLine], Field(min_length=1, max_length=1000)]
    day: Annotated[Day | None, Field(description=_("The day on which it must be there; without it today"))] = None


class AvailabilityOut(Schema):
    """Whether so many are there on the day, and what that comes from."""

    sku: str
    quantity: Number
    result: Annotated[str, one_of(["enough", "short", "ask", "unknown"]), Field(description=_("ask: the seller's administration says nothing of its stock; unknown: no product of your assortment"))]
    enough_on: Annotated[date | None, Field(description=_("The first day on which all of it is there, by the next announced receipt or the lead time; null: not known"))] = None
    available: Annotated[Number | None, Field(description=_("What you may count on now; null: ask"))] = None
    next_arrival: Annotated[date | None, Field(description=_("The next announced receipt"))] = None
    next_quantity: Annotated[Number | None, Field(description=_("How many come with it; null: not said"))] = None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration was last heard about stock"))] = None
    is_old: Annotated[bool, Field(description=_("Longer ago than the seller takes for certain"))] = False
    supplied_from: Annotated[str | None, Field(description=_("The one warehouse that you are supplied from; null: any"))] = None
    stock: list[StockOut] = []


@endpoint(stocks.post, "/availability:lookup", permissions.VIEW, response=list[AvailabilityOut], audience="party", summary=_("Stock of many products at once"),
          description=_("Whether quantities are there on a day, per warehouse and with the next arrival, in the order of the question. Nothing is kept for you: a line that is enough now may be sold to another before you order."))
def lookup_availability(request: HttpRequest, question: StockQuestion) -> Any:
    """Answer stock with a fixed number of statements, whatever the number of lines."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    known = {code: products[0] for code, products in queries.products_by_code(actor, [line.sku for line in question.lines]).items() if len(products) == 1}
    found = availability(actor, known.values())
    return [_answer(line, found[known[line.sku].pk] if line.sku in known else None, today, question.day or today) for line in question.lines]


def _answer(line: StockLine, found: Availability | None, today: date, day: date) -> dict[str, Any]:
    if found is None:
        return {"sku": line.sku, "quantity": line.quantity, "result": "unknown"}
    first = rules.enough_on(found.standing, line.quantity, today=today, comes=found.comes)
    result = "enough" if first and first <= day else "ask" if found.available is None else "short"
    return {"sku": line.sku, "quantity": line.quantity, "result": result, "enough_on": first, "available": found.available, "next_arrival": found.standing.expected_at, "next_quantity": found.standing.expected_quantity,
            "as_of": found.as_of, "is_old": found.old, "supplied_from": found.place.code if found.place else None, "stock": _stock(found)}


class OwnNumberOut(Schema):
    """A product and the company's own number of it."""

    sku: str
    own_number: str
    name: str


# What is no sign at all, spelt out: engines of expressions do not agree on what white space is.
SPACES = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


class OwnNumberIn(Schema):
    """What the company calls a product."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"own_number": "BB-1001"}]})
    own_number: Annotated[Text, Field(min_length=1, max_length=64, pattern=rf"^[^{SPACES}]([^\x00]*[^{SPACES}])?$", description=_("Of one product of the company alone"))]


@endpoint(numbers.get, "", permissions.VIEW, response=Listing[OwnNumberOut], audience="party", summary=_("List the own numbers of products"), description=_("Every product that the own company has a number of its own for, by that number."))
def list_own_numbers(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of own numbers."""
    page = page_of(queries.numbered(request.actor), ["number", "id"], cursor, limit)  # type: ignore[attr-defined]
    return {"items": [{"sku": row.product.sku, "own_number": row.number, "name": row.product.name} for row in page["items"]], "next": page["next"]}


@endpoint(numbers.post, "/{key:sku}:set", permissions.OWN_NUMBER, response=OwnNumberOut, audience="party", refuses=("catalog.number_taken",), summary=_("Give a product an own number"),
          description=_("From then on the product is found and ordered by it as well, and it stands on new orders."))
def set_own_number(request: HttpRequest, sku: Key, asked: OwnNumberIn) -> Any:
    """Keep it."""
    actor = request.actor  # type: ignore[attr-defined]
    product = queries.product(actor, sku)
    made = actions.set_own_number(actor, product=product, number=asked.own_number)
    return {"sku": product.sku, "own_number": made.number, "name": product.name}


@endpoint(numbers.post, "/{key:sku}:remove", permissions.OWN_NUMBER, response=OwnNumberOut, audience="party", summary=_("Take an own number away"), description=_("Orders that were placed keep it. The answer has the product without a number."))
def remove_own_number(request: HttpRequest, sku: Key) -> Any:
    """Forget it."""
    actor = request.actor  # type: ignore[attr-defined]
    product = queries.product(actor, sku)
    actions.clear_own_number(actor, product=product)
    return {"sku": product.sku, "own_number": "", "name": product.name}
