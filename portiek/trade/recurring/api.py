"""Recurring orders for machines: follow them, skip a turn, pause and go on. One is made, and its prices accepted, by a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import ConfigDict, Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Day, Limit, Listing, Money, Number, Schema, Text, endpoint, one_of, page_of, row_key
from portiek.trade.orders.api.schemas import OrderUnitOut
from portiek.trade.orders.permissions import PLACE
from portiek.trade.pricing.api import PackOut, pack_out
from portiek.trade.recurring import actions, queries
from portiek.trade.recurring.models import Recurring, Turn

router = Router(tags=["recurring-orders"])
routes = [("", router)]


class RecurringRow(Schema):
    """One recurring order in a list."""

    id: int
    name: str
    state: Annotated[str, one_of(Recurring.State.values)]
    waits: Annotated[bool, Field(description=_("Whether the next time became dearer than its limit and waits for a yes"))]
    rhythm: Annotated[str, one_of(Recurring.Rhythm.values)]
    every: Annotated[int, Field(description=_("Each so many weeks or months"))]
    next_on: Annotated[date | None, Field(description=_("The day of the next order; null when there is none any more"))]
    until: date | None
    left: Annotated[int | None, Field(description=_("How many times more; null: no limit"))]
    owner: Annotated[str, Field(description=_("In whose name it is ordered"))]
    shared: bool
    for_unit: Annotated[OrderUnitOut | None, Field(description=_("For which branch, department or project it is; null: the company as a whole, or not known"))]
    reference: str
    changed_at: datetime


class RecurringLineOut(Schema):
    """A line as the next time would have it."""

    sku: str
    name: str
    quantity: Annotated[Number, Field(description=_("Each time, of the sales unit"))]
    pack: Annotated[PackOut | None, Field(description=_("The unit in which it is kept, where that is not the sales unit"))]
    lost_unit: Annotated[str, Field(description=_("The name of a unit in which it was kept and which is not there any more; it is ordered in the sales unit"))]
    next_quantity: Annotated[Number | None, Field(description=_("The next time; null: not ordered then"))]
    price: Annotated[Money | None, Field(description=_("What one costs now, excluding VAT"))]
    price_before: Annotated[Money | None, Field(description=_("What one cost last time, excluding VAT"))]
    problem: Annotated[str, one_of(["", "out", "gone", "no_price", "quantity"]), Field(description=_("Why it is not ordered the next time: `out` by choice, `gone` no longer sold to you, `no_price` on request, `quantity` not sold in this quantity"))]
    successor: Annotated[str | None, Field(description=_("The article number of what came in its place"))]
    note: str


class TurnOut(Schema):
    """What became of one time."""

    due_on: date
    state: Annotated[str, one_of(Turn.State.values)]
    order: Annotated[str | None, Field(description=_("Number of the order that was placed"))]
    said: Annotated[str, Field(description=_("What was left out, or why nothing was ordered"))]


class RecurringOut(RecurringRow):
    """One recurring order with its lines and what became of the last times."""

    currency: str
    net: Annotated[Money, Field(description=_("What the next time would cost at this moment"))]
    gross: Money
    lines: list[RecurringLineOut]
    turns: Annotated[list[TurnOut], Field(description=_("The last twelve, newest first"))]


class SkipIn(Schema):
    """The turn that is left out."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"due_on": "2026-12-07"}]})
    due_on: Annotated[Day, Field(description=_("`next_on` as it was read, so that sending it twice skips once"))]


def _row(found: Recurring) -> dict[str, Any]:
    same = ("id", "name", "state", "rhythm", "every", "next_on", "until", "left", "reference", "changed_at")
    return {**{name: getattr(found, name) for name in same}, "waits": getattr(found, "waits", False), "owner": found.user_name, "shared": found.is_shared, "for_unit": found.for_unit}


def _out(actor: Actor, key: int) -> dict[str, Any]:
    found = queries.recurring(actor, key)
    turn, today = queries.turn(actor, found), timezone.localdate()
    look = queries.look(actor, found, turn.changed if turn else {}, day=max(today, found.next_on or today))
    lines = [{"sku": row.line.sku, "name": row.line.name, "quantity": row.line.quantity, "pack": pack_out(row.pack.code, row.pack.label, row.pack.factor, row.line.quantity) if row.pack else None, "lost_unit": row.lost, "next_quantity": row.quantity, "price": row.now, "price_before": row.line.price, "problem": row.problem, "successor": row.successor.sku if row.successor else None, "note": row.line.note} for row in look.rows]
    turns = [{"due_on": item.due_on, "state": item.state, "order": item.order.number if item.order else None, "said": item.said} for item in queries.turns(actor, found)]
    basket = look.proposal.basket
    return {**_row(found), "currency": basket.policy.currency, "net": basket.totals.net, "gross": basket.totals.gross, "lines": lines, "turns": turns}


@endpoint(router.get, "/recurring-orders", PLACE, response=Listing[RecurringRow], audience="party", summary=_("List recurring orders"), description=_("Those of the key's maker and those that are shared with him, by name."))
def list_recurring_orders(request: HttpRequest, state: Annotated[str, one_of(["", *Recurring.State.values])] = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of them."""
    found = queries.all_recurring(request.actor)  # type: ignore[attr-defined]
    page = page_of(found.filter(state=state) if state else found, list(queries.BY_NAME), cursor, limit)
    return {"items": [_row(item) for item in page["items"]], "next": page["next"]}


@endpoint(router.post, "/recurring-orders/{recurring}:skip", PLACE, response=RecurringOut, audience="party", refuses=("recurring.not_now",), summary=_("Skip the next time"), description=_("Leave the next time out; what was changed for it is over with it."))
def skip_recurring_order(request: HttpRequest, recurring: Text, asked: SkipIn) -> Any:
    """Skip it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.skip(actor, key=row_key(recurring), due_on=asked.due_on, today=timezone.localdate())
    return _out(actor, row_key(recurring))


@endpoint(router.post, "/recurring-orders/{recurring}:pause", PLACE, response=RecurringOut, audience="party", refuses=("recurring.not_now",), summary=_("Pause a recurring order"), description=_("Order nothing until it goes on."))
def pause_recurring_order(request: HttpRequest, recurring: Text) -> Any:
    """Pause it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.pause(actor, key=row_key(recurring))
    return _out(actor, row_key(recurring))


@endpoint(router.post, "/recurring-orders/{recurring}:resume", PLACE, response=RecurringOut, audience="party", refuses=("recurring.not_now",), summary=_("Let a recurring order go on"), description=_("Go on with the first time from today on."))
def resume_recurring_order(request: HttpRequest, recurring: Text) -> Any:
    """Let it go on."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.resume(actor, key=row_key(recurring), today=timezone.localdate())
    return _out(actor, row_key(recurring))


@endpoint(router.get, "/recurring-orders/{recurring}", PLACE, response=RecurringOut, audience="party", summary=_("One recurring order"), description=_("One recurring order with its lines at today's prices, and what became of the last times."))
def get_recurring_order(request: HttpRequest, recurring: Text) -> Any:
    """Answer one."""
    return _out(request.actor, row_key(recurring))  # type: ignore[attr-defined]
