"""Prices for machines: the same resolver as every page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import ConfigDict, Field

from portiek.core.api import Day, Money, Number, Quantity, Schema, Text, endpoint, one_of
from portiek.trade.catalog.queries import products_by_code
from portiek.trade.pricing import permissions, queries

router = Router(tags=["prices"])
routes = [("", router)]


class PriceLine(Schema):
    """A product and how many."""

    sku: Annotated[Text, Field(max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Quantity = Decimal(1)


class PriceQuestion(Schema):
    """Up to 1,000 lines."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lines": [{"sku": "GP-125-2600", "quantity": "60"}]}]})
    lines: Annotated[list[PriceLine], Field(min_length=1, max_length=1000)]
    day: Annotated[Day | None, Field(description=_("Prices of this day; without it of today"))] = None


class TierOut(Schema):
    """The unit price from a quantity on, for all units."""

    from_quantity: Number
    price: Money | None


class StepOut(Schema):
    """One step of how a price came about."""

    kind: str
    before: Money | None
    after: Money | None
    rule: str


class PriceOut(Schema):
    """What one unit costs, and why."""

    sku: str
    quantity: Number
    result: Annotated[str, one_of(["ok", "unknown", "on_request"])]
    net: Annotated[Money | None, Field(description=_("Your price of one unit, excluding VAT"))] = None
    list_price: Money | None = None
    currency: str = ""
    tiers: Annotated[list[TierOut], Field(description=_("Unit prices by quantity, for all units of the line"))] = []
    valid_until: date | None = None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))] = None
    explanation: list[StepOut] = []


@endpoint(router.post, "/prices:lookup", permissions.VIEW, response=list[PriceOut], audience="party", summary=_("Own prices of many products at once"),
          description=_("Your own prices with how they came about, in the order of the question."))
def lookup_prices(request: HttpRequest, question: PriceQuestion) -> Any:
    """Answer prices with a fixed number of statements, whatever the number of lines."""
    actor = request.actor  # type: ignore[attr-defined]
    found = products_by_code(actor, [line.sku for line in question.lines])
    known = {code: products[0] for code, products in found.items() if len(products) == 1}
    prices = queries.prices(actor, [queries.Wanted(known[line.sku].pk, line.quantity) for line in question.lines if line.sku in known], day=question.day or timezone.localdate())
    return [_out(line, prices.get((known[line.sku].pk, line.quantity)) if line.sku in known else None) for line in question.lines]


def _out(line: PriceLine, price: Any) -> dict[str, Any]:
    if price is None:
        return {"sku": line.sku, "quantity": line.quantity, "result": "unknown"}
    return {"sku": line.sku, "quantity": line.quantity, "result": "on_request" if price.net is None else "ok", "net": price.net, "list_price": price.list_price, "currency": price.currency,
            "tiers": [{"from_quantity": quantity, "price": net} for quantity, net in price.tiers], "valid_until": price.valid_until, "as_of": price.as_of,
            "explanation": [{"kind": step.kind, "before": step.before, "after": step.after, "rule": step.rule} for step in price.explanation]}
