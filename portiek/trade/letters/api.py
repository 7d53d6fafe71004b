"""Price letters for machines: what changes, from when, and what it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Limit, Listing, Money, Number, Schema, Text, endpoint, page_of, row_key
from portiek.trade.letters import queries, rules
from portiek.trade.letters.models import LetterCopy
from portiek.trade.orders.permissions import VIEW as ORDERS
from portiek.trade.pricing.permissions import VIEW

router = Router(tags=["prices"])
routes = [("", router)]
DAY = timedelta(days=1)


class LetterOut(Schema):
    """A letter with the company's own prices."""

    id: int
    title: str
    text: str
    effective_on: Annotated[date, Field(description=_("First day of the new prices"))]
    old_until: Annotated[date, Field(description=_("Last day of the old prices"))]
    currency: str
    line_count: int
    bought: Annotated[Money | None, Field(description=_("What these products came to in twelve months at the old prices, excluding VAT; null for who does not see all orders of the company"))]
    effect: Annotated[Money | None, Field(description=_("How much more the same costs at the new prices; null as above"))]
    made_at: datetime
    sent_at: datetime


class LetterLineOut(Schema):
    """A product whose price changes."""

    sku: str
    own_number: str
    name: str
    unit: str
    usual_quantity: Annotated[Number, Field(description=_("The quantity that both prices are for: what is usual for you"))]
    before: Annotated[Money | None, Field(description=_("Price of one unit on the last day of the old prices, excluding VAT. Null: on request"))]
    after: Annotated[Money | None, Field(description=_("Price of one unit on the first day of the new prices. Null: on request"))]
    before_by: Annotated[str, Field(description=_("The list or agreement that decides the old price; empty: the list price"))]
    after_by: Annotated[str, Field(description=_("The list or agreement that decides the new price; empty: the list price"))]
    percent: Annotated[Number | None, Field(description=_("Change in percent"))]
    bought_quantity: Annotated[Number | None, Field(description=_("Ordered in twelve months; null for who does not see all orders of the company"))]
    effect: Annotated[Money | None, Field(description=_("How much more the same costs at the new prices; null as above"))]


def _found(actor: Actor, letter: str) -> LetterCopy:
    return queries.copy(actor, row_key(letter))


def _letter(actor: Actor, copy: LetterCopy) -> dict[str, Any]:
    title, text = copy.said(actor.language)
    counts = actor.reach(ORDERS) == "company"
    return {"id": copy.pk, "title": title, "text": text, "effective_on": copy.effective_on, "old_until": copy.effective_on - DAY, "currency": copy.currency, "line_count": copy.line_count,
            "bought": copy.bought if counts else None, "effect": copy.effect if counts else None, "made_at": copy.made_at, "sent_at": copy.sent_at}


@endpoint(router.get, "/price-letters", VIEW, response=Listing[LetterOut], audience="party", summary=_("List the own price letters"), description=_("Price letters that the company got, last first."))
def list_letters(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of letters."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.copies(actor), list(queries.LATEST), cursor, limit)
    return {"items": [_letter(actor, copy) for copy in page["items"]], "next": page["next"]}


@endpoint(router.get, "/price-letters/{letter}", VIEW, response=LetterOut, audience="party", summary=_("One price letter"), description=_("One of the company's own price letters, as `price.letter` names it."))
def get_letter(request: HttpRequest, letter: Text) -> Any:
    """Answer a letter."""
    actor = request.actor  # type: ignore[attr-defined]
    return _letter(actor, _found(actor, letter))


@endpoint(router.get, "/price-letters/{letter}/lines", VIEW, response=Listing[LetterLineOut], audience="party", summary=_("What a price letter tells"), description=_("The products whose price changes, what matters most first."))
def list_letter_lines(request: HttpRequest, letter: Text, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of lines."""
    actor = request.actor  # type: ignore[attr-defined]
    counts = actor.reach(ORDERS) == "company"
    page = page_of(queries.lines(actor, _found(actor, letter)), list(queries.WEIGHTIEST), cursor, limit)
    own = queries.numbers(actor, page["items"])
    return {"items": [{"sku": line.sku, "own_number": own.get(line.product_id or 0, ""), "name": line.label, "unit": line.unit, "usual_quantity": line.usual, "before": line.before, "after": line.after, "before_by": line.before_by, "after_by": line.after_by,
                       "percent": rules.percentage(line.before, line.after), "bought_quantity": line.quantity if counts else None, "effect": line.effect if counts else None} for line in page["items"]],
            "next": page["next"]}
