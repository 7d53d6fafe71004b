"""Budgets for machines: what is left."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.api import Cursor, Limit, Listing, Money, Schema, endpoint, one_of, page_of
from portiek.foundation.accounts.models import Period
from portiek.trade.approvals import permissions, queries
from portiek.trade.approvals.queries import Budgeted

router = Router(tags=["approvals"])
routes = [("", router)]


class BudgetOut(Schema):
    """A budget and what is left of it in the period of today."""

    id: int
    name: str
    person: Annotated[str, Field(description=_("The colleague whose it is; empty: nobody in particular"))]
    unit: Annotated[str, Field(description=_("The branch, department or project whose it is, with all below it; empty: none in particular"))]
    cost_centre: Annotated[str, Field(description=_("The code of the cost centre whose it is; empty: none in particular"))]
    amount: Annotated[Money, Field(description=_("Per period, excluding VAT"))]
    period: Annotated[str, one_of(Period.values)]
    starts_on: date
    carries: Annotated[bool, Field(description=_("What is left of a period comes to the next one"))]
    hard: Annotated[bool, Field(description=_("Nothing above it can be ordered; else a colleague approves it"))]
    period_start: Annotated[date | None, Field(description=_("Null here and below: it has not begun"))]
    period_end: date | None
    room: Annotated[Money | None, Field(description=_("What there is in this period, with what came from earlier ones"))]
    spent: Annotated[Money | None, Field(description=_("What was ordered of it; credit notes are not taken off"))]
    waiting: Annotated[Money | None, Field(description=_("What waits for approval, and counts as well"))]
    left: Annotated[Money | None, Field(description=_("Below zero: more was ordered"))]


def _out(item: Budgeted) -> dict[str, Any]:
    row, meter = item.budget, item.meter
    same = ("id", "name", "cost_centre", "amount", "period", "starts_on", "carries", "hard")
    stands = {"period_start": meter.start, "period_end": meter.end, "room": meter.room, "spent": meter.spent, "waiting": meter.waiting, "left": meter.left} if meter else dict.fromkeys(("period_start", "period_end", "room", "spent", "waiting", "left"))
    return {**{name: getattr(row, name) for name in same}, "person": item.person, "unit": row.unit.name if row.unit else "", **stands}


@endpoint(router.get, "/budgets", permissions.BUDGETS, response=Listing[BudgetOut], audience="party", summary=_("List budgets"), description=_("The budgets within reach of the key, by name, each with what is left of it today."))
def list_budgets(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of budgets."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.budgets(actor), ["name", "id"], cursor, limit)
    return {"items": [_out(item) for item in queries.metered(actor, page["items"], party_id=actor.party_id, day=timezone.localdate())], "next": page["next"]}
