"""Prices for machines: the same resolver as every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import ConfigDict, Field

from portiek.core.api import Cursor, Day, Money, Number, Quantity, Schema, Text, endpoint, one_of
from portiek.trade.pricing import actions, errors, permissions, queries, words
from portiek.trade.pricing.actions.feeds import UNTIL

router = Router(tags=["prices"])
routes = [("", router)]


class PriceLine(Schema):
    """A product and how many."""

    sku: Annotated[Text, Field(max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Quantity = Decimal(1)
    unit: Annotated[Text, Field(max_length=20, description=_("In which unit the quantity is: a code of the product's `units` or its name; empty: the sales unit"))] = ""
    day: Annotated[Day | None, Field(description=_("Of this line alone; without one that of the question"))] = None


class PriceQuestion(Schema):
    """Up to 1,000 lines, of twelve different days at most."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lines": [{"sku": "GP-125-2600", "quantity": "60"}]}]})
    lines: Annotated[list[PriceLine], Field(min_length=1, max_length=1000)]
    day: Annotated[Day | None, Field(description=_("Prices of this day; without it of today"))] = None


class TierOut(Schema):
    """The unit price from a quantity on. `counts_for`: all units, or (incremental) the units from there on alone."""

    from_quantity: Number
    price: Money | None
    counts_for: Annotated[str, one_of(["all_units", "incremental"])] = "all_units"


class StepOut(Schema):
    """One step of how a price came about. Of incremental tiers there is a step "slice" for each, with its `units`, and one "average"; a step "free" says how many `units` come with it free of charge."""

    kind: str
    text: Annotated[str, Field(description=_("The same in words, in your language"))]
    before: Money | None
    after: Money | None
    rule: Annotated[str, Field(description=_("What the agreement, list or surcharge is called"))]
    number: Annotated[str, Field(description=_("The number of the agreement; empty: it is none"))] = ""
    percent: Annotated[Number | None, Field(description=_("Of a discount: how much it takes off"))] = None
    from_quantity: Annotated[Number | None, Field(description=_("Of a tier: the quantity from which it counts"))] = None
    valid_until: Annotated[date | None, Field(description=_("The last day of the agreement, list or discount, as it was said then"))] = None
    units: Number | None = None
    group: Annotated[str, Field(description=_("The customer group that this was agreed with; empty: yourself"))] = ""
    currency: Annotated[str, Field(description=_("Of a price list in another currency: which one it is"))] = ""
    rate: Annotated[Number | None, Field(description=_("What one of that currency is worth in yours"))] = None


class PackOut(Schema):
    """The unit in which the quantity was given, where that is not the sales unit."""

    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code"))]
    label: str
    factor: Annotated[Number, Field(description=_("How many of the sales unit go in one"))]
    quantity: Annotated[Number, Field(description=_("How many of this unit"))]


class UpcomingOut(Schema):
    """The next day on which the price is another one."""

    valid_from: date
    net: Annotated[Money | None, Field(description=_("Your price of one unit from then on, at the same quantity; null: on request"))]


class FreeOut(Schema):
    """What comes free of charge: with each full `buy` so many more (`give`)."""

    name: str
    buy: Number
    give: Number
    units: Annotated[Number, Field(description=_("How many come with the quantity that you asked; 0: it is too small"))]
    valid_until: date | None


class PriceOut(Schema):
    """What one unit costs, and why."""

    sku: str
    quantity: Annotated[Number, Field(description=_("In the sales unit"))]
    unit: Annotated[str, Field(description=_("The sales unit, to which `net` belongs; UN/ECE Recommendation 20 code, empty where the seller gave none"))] = ""
    unit_label: str = ""
    pack: Annotated[PackOut | None, Field(description=_("The unit that you named, or whose EAN you gave, where that is not the sales unit"))] = None
    result: Annotated[str, one_of(["ok", "unknown", "unknown_unit", "on_request"])]
    net: Annotated[Money | None, Field(description=_("Your price of one unit, excluding VAT"))] = None
    gross: Annotated[Money | None, Field(description=_("The same including VAT; orders are added up without"))] = None
    tax_rate: Number | None = None
    list_price: Money | None = None
    currency: str = ""
    tiers: Annotated[list[TierOut], Field(description=_("Unit prices by quantity"))] = []
    valid_until: date | None = None
    upcoming: Annotated[UpcomingOut | None, Field(description=_("What it becomes; null: nothing is known"))] = None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))] = None
    source: Annotated[str, one_of(["", "administration", "portal"]), Field(description=_("Where the seller keeps what decides it; empty: there is no price"))] = ""
    explanation: list[StepOut] = []
    free: Annotated[FreeOut | None, Field(description=_("What comes with it free of charge; null: nothing"))] = None


@endpoint(router.post, "/prices:lookup", permissions.VIEW, response=list[PriceOut], audience="party", refuses=(errors.MANY_DAYS,), summary=_("Own prices of many products at once"),
          description=_("Your own prices with how they came about, in the order of the question."))
def lookup_prices(request: HttpRequest, question: PriceQuestion) -> Any:
    """Answer prices with a number of statements that depends on the days alone."""
    asked = [queries.Question(line.sku, line.quantity, line.unit, line.day) for line in question.lines]
    found = queries.asked_prices(request.actor, asked, day=question.day or timezone.localdate())  # type: ignore[attr-defined]
    return [_out(line, answer) for line, answer in zip(question.lines, found, strict=True)]


def step_out(step: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return one step of an explanation, as pricing has it or as a line of an order keeps it: what a later version adds is not in older ones."""
    until = step.get("valid_until")
    return {"kind": step["kind"], "text": text, "rule": step.get("rule", ""), "number": step.get("number", ""), "before": step.get("before"), "after": step.get("after"), "units": step.get("units"), "group": step.get("group", ""),
            "currency": step.get("currency", ""), "rate": step.get("rate"), "from_quantity": step.get("quantity"), "percent": step.get("percent"), "valid_until": None if until in (date.max, str(date.max)) else until}


def pack_out(code: str, label: str, factor: Decimal, quantity: Decimal) -> dict[str, Any]:
    """Return the unit in which a quantity in the sales unit was given."""
    return {"unit": code, "label": label, "factor": factor, "quantity": quantity / factor}


def _out(line: PriceLine, found: queries.Answer) -> dict[str, Any]:
    price, product, pack = found.price, found.product, found.pack
    if product is None:
        return {"sku": line.sku, "quantity": line.quantity, "result": "unknown"}
    told = {"sku": line.sku, "quantity": found.quantity, "unit": product.unit_code, "unit_label": product.unit_label, "tax_rate": product.tax_rate}
    if price is None:
        return {**told, "result": "unknown_unit"}
    return {**told, "result": "on_request" if price.net is None else "ok", "net": price.net, "gross": None if price.net is None else product.portal.policy.with_tax(price.net, product.tax_rate), "list_price": price.list_price, "currency": price.currency,
            "pack": pack_out(pack.code, pack.label, pack.factor, found.quantity) if pack else None,
            "tiers": [{"from_quantity": tier.quantity, "price": tier.price, "counts_for": "incremental" if tier.sliced else "all_units"} for tier in price.table], "valid_until": price.valid_until, "as_of": price.as_of,
            "source": "" if price.net is None else "administration" if price.from_erp else "portal", "upcoming": {"valid_from": price.upcoming[0], "net": price.upcoming[1]} if price.upcoming else None,
            "explanation": [step_out(asdict(step), words.step(step, price.currency)[0]) for step in price.explanation],
            "free": {"name": price.free.name, "buy": price.free.buy, "give": price.free.give, "units": price.free.units, "valid_until": price.free.valid_until} if price.free else None}


class FeedOut(Schema):
    """Whether a feed is open."""

    open: bool
    made_at: Annotated[datetime | None, Field(description=_("Of when the newest of it is; null: the first look is under way"))]
    until: Annotated[datetime | None, Field(description=_("It ends then, unless it is opened again before"))]


class ToldTierOut(Schema):
    """The unit price from a quantity on. `counts_for`: all units, or (incremental) the units from there on alone."""

    from_quantity: str
    price: str | None
    counts_for: Annotated[str, one_of(["all_units", "incremental"])]


class ToldOut(Schema):
    """A product with your price and what there is of it. Decimals and days as text, as everywhere."""

    name: str
    name_en: str
    category: str | None
    ean: str
    own_number: Annotated[str, Field(description=_("Your own number of it"))]
    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code"))]
    min_quantity: str
    step_quantity: str
    tax_rate: str
    currency: str
    list_price: str | None
    net: Annotated[str | None, Field(description=_("Your price of one unit at the smallest quantity, excluding VAT; null: on request"))]
    tiers: list[ToldTierOut]
    valid_until: date | None
    changes_on: Annotated[date | None, Field(description=_("The next day on which your price is known to change; null: none"))]
    then: Annotated[str | None, Field(description=_("Your price from that day on; null: on request"))]
    available: Annotated[str | None, Field(description=_("What you may count on now; null: ask"))]
    next_arrival: date | None
    next_quantity: str | None
    lead_days: Annotated[int | None, Field(description=_("How many working days it takes to get what is not there; null: not known"))]


class ChangeOut(Schema):
    """What became of an article number: `product`, or null when it is no longer in your assortment."""

    sku: str
    product: ToldOut | None


class ChangesOut(Schema):
    """What changed since your cursor."""

    items: list[ChangeOut]
    next: Annotated[str, Field(description=_("Keep it: the cursor of your next question, also when nothing changed"))]
    more: Annotated[bool, Field(description=_("There is more: ask on at once"))]
    full: Annotated[bool, Field(description=_("Your cursor was none of this feed, so this begins with all there is: what you have and do not get is no longer in your assortment"))]
    as_of: Annotated[datetime | None, Field(description=_("When the portal looked last; null: the feed is not open, or its first look is under way"))]


@endpoint(router.post, "/product-feed:open", permissions.VIEW, response=FeedOut, audience="party", summary=_("Follow products, own prices and stock"),
          description=_("From then on the portal looks each quarter of an hour what changed for you. Opened again it goes on for another month; do so each time your program starts."))
def open_product_feed(request: HttpRequest) -> Any:
    """Open it."""
    made = actions.open_feed(request.actor)  # type: ignore[attr-defined]
    return {"open": True, "made_at": made.made_at, "until": made.renewed_at + UNTIL}


@endpoint(router.get, "/product-feed", permissions.VIEW, response=ChangesOut, audience="party", summary=_("What changed in products, own prices and stock"),
          description=_("In the order in which it was found; the same article comes again when it changed again. Without a cursor: all there is. Nothing that changes is ever passed over; something may come twice."))
def list_product_changes(request: HttpRequest, cursor: Cursor = "", limit: Annotated[int, Field(ge=1, le=1000)] = Query(500)) -> Any:  # type: ignore[type-arg]
    """Answer what changed."""
    found = queries.changes(request.actor, cursor=cursor, size=limit)  # type: ignore[attr-defined]
    if found is None:
        return {"items": [], "next": "", "more": False, "full": True, "as_of": None}
    return {"items": [{"sku": row.sku, "product": None if row.gone else row.told} for row in found.items], "next": found.next, "more": found.more, "full": found.full, "as_of": found.feed.made_at}


@endpoint(router.post, "/product-feed:close", permissions.VIEW, response=FeedOut, audience="party", summary=_("Follow them no longer"), description=_("What you were told is forgotten; opened anew it begins with all there is."))
def close_product_feed(request: HttpRequest) -> Any:
    """Close it."""
    actions.close_feed(request.actor)  # type: ignore[attr-defined]
    return {"open": False, "made_at": None, "until": None}
