"""What was bought before, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.api import Cursor, Limit, Listing, Money, Number, Schema, Text, endpoint, page_of
from portiek.foundation.parties import queries as parties
from portiek.trade.orders import permissions, queries
from portiek.trade.orders.models import Purchase
from portiek.trade.orders.queries import Now
from portiek.trade.pricing.permissions import VIEW as PRICE_VIEW

router = Router(tags=["orders"])


class PurchaseOut(Schema):
    """A product and the last order of it."""

    sku: str
    own_number: Annotated[str, Field(description=_("Your own number for the product, empty without one"))]
    name: str
    order: Annotated[str, Field(description=_("Number of the last order of it"))]
    placed_at: datetime
    quantity: Annotated[Number, Field(description=_("As confirmed where the seller answered"))]
    unit: str
    unit_label: str
    price: Annotated[Money | None, Field(description=_("Of then, a unit, excluding VAT; null without the right to see prices"))]
    currency: str
    is_available: Annotated[bool, Field(description=_("Whether it can still be ordered"))]
    price_now: Annotated[Money | None, Field(description=_("Of now, for the same quantity; null without the right to see prices, or where there is none"))]


@endpoint(router.get, "/purchases", permissions.VIEW, response=Listing[PurchaseOut], summary=_("What was bought before"),
          description=_("Every product that was ordered within reach of the key, also by telephone, once, by its last order, newest first."))
def list_purchases(
    request: HttpRequest,
    search: Annotated[Text, Field(max_length=100, description=_("Words of the product by their beginning, or your own number"))] = "",
    party: Annotated[Text, Field(max_length=20, description=_("Number of a party, for keys of the portal itself, which have to name one."))] = "",
    cursor: Cursor = "",
    limit: Limit = Query(50),  # type: ignore[type-arg]
) -> Any:
    """Answer a page of purchases."""
    actor = request.actor  # type: ignore[attr-defined]
    whose = parties.party(actor, party).pk if party else None
    page = page_of(queries.purchases(actor, search=search, party_id=whose), ["-placed_at", "-id"], cursor, limit)
    sees = actor.may(PRICE_VIEW)
    found = queries.bought_now(actor, page["items"], day=timezone.localdate(), party_id=whose, priced=sees)
    return {"items": [_row(row, now, sees=sees) for row, now in zip(page["items"], found, strict=True)], "next": page["next"]}


def _row(row: Purchase, now: Now, *, sees: bool) -> dict[str, Any]:
    line, order = row.line, row.line.order
    confirmed = line.confirmed_quantity is not None
    return {"sku": line.sku, "own_number": getattr(now.product, "own_number", None) or "", "name": line.name, "order": order.number, "placed_at": order.placed_at, "quantity": line.confirmed_quantity if confirmed else line.quantity,
            "unit": line.unit_code, "unit_label": line.unit, "price": (line.price if line.confirmed_price is None else line.confirmed_price) if sees else None, "currency": order.currency,
            "is_available": now.product is not None, "price_now": now.price.net if now.price else None}
