"""Order lists for machines: read, make, add to and order from one, with the rights of the page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Day, Limit, Listing, Money, Number, Quantity, Schema, Text, Texts, endpoint, one_of, page_of, row_key
from portiek.core.errors import Refused
from portiek.trade.lists import actions, queries, rules
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders_actions
from portiek.trade.orders.models import Order
from portiek.trade.orders.permissions import CART, PLACE
from portiek.trade.orders.queries import Asked, Details
from portiek.trade.orders.queries.packs import Packs, meant, packs_of
from portiek.trade.pricing.api import PackOut, pack_out

router = Router(tags=["order-lists"])
routes = [("", router)]
UNKNOWN = ("orders.unknown_product", "orders.ambiguous_product", "orders.unknown_unit")
ORDERING = ("orders.unknown_unit", "orders.not_orderable", "orders.key_reused", "orders.above_maximum", "orders.quantity_not_sold", "orders.no_price", "orders.unknown_address", "orders.wanted_date", "orders.too_early", "orders.no_delivery", "orders.too_large", "approvals.cost_centre_needed", "approvals.reference_needed", "approvals.reference_wrong", "field-unknown", "field-wrong", "field-required")


class ListRow(Schema):
    """One order list among others."""

    id: int
    name: str
    scope: Annotated[str, one_of([rules.PERSONAL, rules.UNIT, rules.COMPANY]), Field(description=_("Who sees it: its maker, a branch or the whole company"))]
    line_count: int
    changed_at: datetime


class ListLineOut(Schema):
    """A line at this moment."""

    sku: str
    name: str
    quantity: Annotated[Number, Field(description=_("How much is usual, of the sales unit"))]
    pack: Annotated[PackOut | None, Field(description=_("The unit in which it is kept, where that is not the sales unit"))]
    lost_unit: Annotated[str, Field(description=_("The name of a unit in which it was kept and which is not there any more; it is ordered in the sales unit"))]
    par: Annotated[Number | None, Field(description=_("The minimum stock; what the shelf lacks of it is ordered"))]
    note: str
    orderable: Annotated[bool, Field(description=_("Whether it is in your assortment, with a price"))]
    price: Annotated[Money | None, Field(description=_("What one costs now, excluding VAT"))]
    successor: Annotated[str | None, Field(description=_("The article number of what came in its place"))]


class ListOut(ListRow):
    """One order list with its lines, as they stand."""

    lines: list[ListLineOut]


class ListLineIn(Schema):
    """A product and how much of it is usual."""

    sku: Annotated[Text, Field(min_length=1, max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, with at most three decimals"))]
    unit: Annotated[Text, Field(max_length=20, description=_("In which unit the quantity is: a code of the product's `units` or its name; empty: the sales unit"))] = ""
    par: Annotated[Quantity | None, Field(description=_("The minimum stock, of the sales unit; what the shelf lacks of it is ordered"))] = None
    note: Annotated[Text, Field(max_length=200)] = ""


Lines = Annotated[list[ListLineIn], Field(max_length=rules.MOST_LINES)]


class ListIn(Schema):
    """A list to make."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Bus 7", "lines": [{"sku": "GP-125-2600", "quantity": "60"}]}]})
    name: Annotated[Text, Field(min_length=1, max_length=80)]
    scope: Annotated[str, one_of([rules.PERSONAL, rules.COMPANY]), Field(description=_("Who sees it: its maker or the whole company"))] = rules.PERSONAL
    lines: Lines = Field(default_factory=list)


class ListLinesIn(Schema):
    """What is put on a list; what stands there already stays as it is."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    lines: Annotated[Lines, Field(min_length=1)]


class TakenIn(Schema):
    """How much of a line is ordered this time."""

    sku: Annotated[Text, Field(min_length=1, max_length=64, description=_("As the list names it"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, with at most three decimals"))]
    unit: Annotated[Text, Field(max_length=20, description=_("In which unit the quantity is: a code of the product's `units` or its name; empty: the sales unit"))] = ""


class OrderFromIn(Schema):
    """What is ordered of a list, and what holds for the whole order."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    lines: Annotated[list[TakenIn] | None, Field(min_length=1, max_length=rules.MOST_LINES, description=_("Null: every line, as much as is usual"))] = None
    reference: Annotated[Text, Field(max_length=80)] = ""
    note: Annotated[Text, Field(max_length=1000)] = ""
    wanted_date: Annotated[Day | None, Field(description=_("From today on"))] = None
    address: Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/delivery-addresses`; without one the goods go where they always go"))] = None
    fields: Annotated[Texts, Field(max_length=60, description=_("Answers to what the seller asks with every order, by the name of the field; see `/order-fields`"))] = Field(default_factory=dict)


class PlacedOut(Schema):
    """The order that came of a list."""

    number: Annotated[str, Field(description=_("Follow it at `/orders/{number}`"))]
    status: Annotated[str, one_of(Order.Status.values)]


def _row(found: OrderList) -> dict[str, Any]:
    return {"id": found.pk, "name": found.name, "scope": found.scope, "line_count": found.lines, "changed_at": found.changed_at}  # type: ignore[attr-defined]


def _out(actor: Actor, key: int) -> dict[str, Any]:
    found = queries.order_list(actor, key)
    standing = queries.standing(actor, found, day=timezone.localdate())
    lines = [{"sku": line.sku, "name": line.name, "quantity": line.quantity, "pack": pack_out(item.pack.code, item.pack.label, item.pack.factor, line.quantity) if item.pack else None, "lost_unit": line.lost(item.units) if item.product else "", "par": line.par, "note": line.note, "orderable": item.product is not None and item.price is not None, "price": item.price.net if item.price else None,
              "successor": standing.instead[line.sku].sku if line.sku in standing.instead else None} for line, item in standing.rows]
    return {**_row(found), "lines": lines}


def _wishes(actor: Actor, lines: Sequence[ListLineIn]) -> list[Wish]:
    """Return what numbers and units stand for. Raises Refused with a part for each that is none of the assortment, or several."""
    found = meant(actor, [(line.sku, line.unit) for line in lines])
    wrong = [Refused("orders.ambiguous_product" if item.products else "orders.unknown_product", field=f"lines/{place}/sku", what=line.sku[:64]) if len(item.products) != 1 else Refused("orders.unknown_unit", field=f"lines/{place}/unit", what=line.sku[:64], unit=line.unit[:20])
             for place, (line, item) in enumerate(zip(lines, found, strict=True)) if len(item.products) != 1 or item.unknown]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Refused(wrong[0].code, parts=wrong, **wrong[0].values)
    return [Wish(item.products[0].pk, line.quantity * item.pack.factor if item.pack else line.quantity, line.note, line.par, item.pack.kept if item.pack else None) for line, item in zip(lines, found, strict=True)]


def _asked(line: ListLine, packs: Packs | None, quantity: Decimal, unit: str | None, place: int) -> Asked:
    """Return what is ordered of a line: so many of a unit, or (None) of the sales unit in the unit of the list. Raises Refused for a unit that its product is not sold in."""
    pack = packs.pack if packs else None
    if unit is not None:
        try:
            pack = packs.named(unit) if packs else None
        except LookupError:
            raise Refused("orders.unknown_unit", field=f"lines/{place}/unit", what=line.sku, unit=unit[:20]) from None
        quantity = quantity * pack.factor if pack else quantity
    return Asked(line.sku, quantity, line.note, product=line.product_id, pack=pack)


@endpoint(router.get, "/order-lists", CART, response=Listing[ListRow], audience="party", summary=_("List order lists"), description=_("The lists of the key's maker and those that are shared with him, by name."))
def list_order_lists(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of lists."""
    page = page_of(queries.lists(request.actor), list(queries.BY_NAME), cursor, limit)  # type: ignore[attr-defined]
    return {"items": [_row(item) for item in page["items"]], "next": page["next"]}


@endpoint(router.post, "/order-lists", CART, response=ListOut, audience="party", status=201, once=True, refuses=("lists.taken", "lists.name", "lists.not_shared", "lists.most_lists", "lists.most_lines", "lists.nothing", *UNKNOWN), summary=_("Make an order list"),
          description=_("Make a list with lines. One that the whole company sees wants the right to manage order lists."))
def make_order_list(request: HttpRequest, asked: ListIn) -> Any:
    """Make it."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.make_list(actor, name=asked.name, scope=asked.scope, wishes=_wishes(actor, asked.lines))
    return Status(201, _out(actor, made.pk))


# The verbs stand before the list itself, or `{order_list}` would take them for its id.
@endpoint(router.post, "/order-lists/{order_list}:add", CART, response=ListOut, audience="party", refuses=("lists.most_lines", "lists.nothing", *UNKNOWN), summary=_("Put lines on an order list"), description=_("Put products on a list; what stands there already stays as it is."))
def add_to_order_list(request: HttpRequest, order_list: Text, asked: ListLinesIn) -> Any:
    """Put them on it."""
    actor, key = request.actor, row_key(order_list)  # type: ignore[attr-defined]
    queries.order_list(actor, key)
    actions.put_on(actor, key=key, wishes=_wishes(actor, asked.lines))
    return _out(actor, key)


@endpoint(router.post, "/order-lists/{order_list}:order", PLACE, response=PlacedOut, audience="party", status=201, once=True, refuses=("lists.nothing_asked", "orders.unknown_product", *ORDERING), summary=_("Order from a list"),
          description=_("Place an order of lines of a list at the prices of this moment, whole or not at all; above the key's limit it waits for a colleague."))
def order_from_list(request: HttpRequest, order_list: Text, asked: OrderFromIn) -> Any:
    """Place it; the Idempotency-Key and what was asked with it stay with the order."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.order_list(actor, row_key(order_list))
    there = {line.sku: line for line in queries.lines(actor, found)}
    packs = packs_of(actor, list(there.values()))
    taken = [(line.sku, line.quantity, line.unit) for line in asked.lines] if asked.lines is not None else [(sku, line.quantity, None) for sku, line in there.items()]
    wrong = [Refused("orders.unknown_product", field=f"lines/{place}/sku", what=sku) for place, (sku, _quantity, _unit) in enumerate(taken) if sku not in there]
    if wrong or not taken:
        raise wrong[0] if wrong else Refused("lists.nothing_asked")
    lines = [_asked(there[sku], packs.get(there[sku].pk), quantity, unit, place) for place, (sku, quantity, unit) in enumerate(taken)]
    key, said = (hashlib.sha256(part).hexdigest()[:32] for part in (request.headers["Idempotency-Key"].encode(), f"{found.pk}:".encode() + request.body))
    order = orders_actions.place_order(actor, lines=lines, details=Details(asked.reference, asked.note, asked.wanted_date, asked.address, None, asked.fields), key=key, said=said, now=timezone.now())
    return Status(201, {"number": order.number, "status": order.status})


@endpoint(router.get, "/order-lists/{order_list}", CART, response=ListOut, audience="party", summary=_("One order list"), description=_("One list with its lines, what they cost now, and what came in the place of those that are no longer sold."))
def get_order_list(request: HttpRequest, order_list: Text) -> Any:
    """Answer a list."""
    return _out(request.actor, row_key(order_list))  # type: ignore[attr-defined]
