"""Orders for machines: follow them, try one, place one, decide about one."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Key, Limit, Listing, Moment, Text, endpoint, one_of, page_of
from portiek.core.errors import Refused, wording
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.api import as_data
from portiek.foundation.parties import queries as parties
from portiek.trade.approvals.queries import centres, reference
from portiek.trade.orders import actions, permissions, queries
from portiek.trade.orders import wording as words
from portiek.trade.orders.api import purchases, replies
from portiek.trade.orders.api.schemas import (
    AddressOut,
    AskedOut,
    CostCentresOut,
    DeliveryDaysOut,
    LineIn,
    OrderIn,
    OrderOut,
    OrderRow,
    OrderUnitOut,
    ReasonIn,
    ReferenceOut,
    RejectIn,
    SeenIn,
    TriedOut,
)
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import Asked, BasketLine, Detail, Details, Proposal, Sent
from portiek.trade.orders.queries.proposal import PROBLEMS
from portiek.trade.orders.replying import fingerprint
from portiek.trade.pricing.api import pack_out, step_out
from portiek.ui import format

router = Router(tags=["orders"])
# The whole paths, since `/orders:validate` does not stand below `/orders/`; verbs of one order before the order itself.
routes = [("", replies.router), ("", router), ("", purchases.router)]
FOLLOWED = [
    *("id", "number", "erp_number", "origin", "status", "delivery", "invoice", "sync", "reference", "user_name", "placed_at", "confirmed_at", "expected_on", "cancel_asked_at"),
    *("changeable_until", "changed_at", "line_count", "currency", "net", "tax", "gross"),
]

IN_THE_WAY = ("orders.below_minimum", "orders.ambiguous_product", "orders.unknown_unit", "orders.above_maximum", "orders.line_twice", "orders.unknown_address", "orders.two_addresses", "orders.no_oneoff", "orders.oneoff_incomplete", "postal-code-wrong", "orders.wanted_date", "orders.too_early", "orders.no_delivery", "orders.no_such_slot", "orders.no_such_shipping", "orders.too_large", "approvals.unknown_cost_centre", "approvals.cost_centre_needed", "approvals.reference_needed", "approvals.reference_wrong", "orders.no_unit", "approvals.above_budget", "field-unknown", "field-wrong", "field-required")
DECIDING = ("orders.decided", "orders.own_order", "orders.approval_changed", "approvals.not_asked", "approvals.step_changed", "approvals.decided_already")


@endpoint(router.get, "/orders", permissions.VIEW, response=Listing[OrderRow], summary=_("List, search or follow orders"),
          description=_("Orders within reach of the key, newest first; with `changed_since` in the order in which they changed."))
def list_orders(
    request: HttpRequest,
    search: Annotated[Text, Field(max_length=100, description=_("Words in number, reference, article numbers and product names, by their beginning; looked for in the newest 200 orders that hold them"))] = "",
    status: Annotated[str, one_of(["", *Order.Status.values])] = "",
    since: Annotated[Moment | None, Field(description=_("Placed then or later"))] = None,
    changed_since: Annotated[
        Moment | None, Field(description=_("Changed then or later. Take it a minute before your last call: an order that was being written meanwhile is then not missed."))
    ] = None,
    party: Annotated[Text, Field(max_length=20, description=_("Number of a party, for keys of the portal itself."))] = "",
    cursor: Cursor = "",
    limit: Limit = Query(50),  # type: ignore[type-arg]
) -> Any:
    """Answer a page of orders."""
    actor = request.actor  # type: ignore[attr-defined]
    whose = parties.party(actor, party) if party else None
    found = queries.orders(actor, search=search, status=status, party_id=whose.pk if whose else None, since=since, changed_since=changed_since)
    found = found.select_related("party").only(*FOLLOWED, "party__number", "party__name") if actor.is_staff else found.only(*FOLLOWED)
    page = page_of(found, ["changed_at", "id"] if changed_since else ["-placed_at", "-id"], cursor, limit)
    return {"items": [_row(actor, order) for order in page["items"]], "next": page["next"]}


@endpoint(router.get, "/delivery-addresses", permissions.PLACE, response=list[AddressOut], audience="party", summary=_("Own delivery addresses"),
          description=_("The addresses that an order may name, at most a hundred: the last used first, or with `search` those of which every word begins so, by city."))
def list_delivery_addresses(request: HttpRequest, search: Annotated[Text, Field(max_length=100, description=_("Words of name, street, postal code or city, by their beginning"))] = "") -> Any:
    """Answer the addresses."""
    return queries.delivery_addresses(request.actor, search=search)  # type: ignore[attr-defined]


@endpoint(router.get, "/cost-centres", permissions.PLACE, response=CostCentresOut, audience="party", summary=_("List cost centres"), description=_("The cost centres that can be chosen with an order, by code, and whether one has to be."))
def list_cost_centres(request: HttpRequest) -> Any:
    """Answer the cost centres."""
    found = centres(request.actor)  # type: ignore[attr-defined]
    return {"required": found.needed, "items": [{"code": code, "name": name} for code, name in found.names.items()]}


@endpoint(router.get, "/order-units", permissions.PLACE, response=list[OrderUnitOut], audience="party", summary=_("For whom can be ordered"), description=_("The branches, departments and projects for which the maker of the key may order, 500 at most, as their tree is read."))
def list_order_units(request: HttpRequest) -> Any:
    """Answer the units."""
    return list(queries.units_for(request.actor)[: queries.MOST_UNITS])  # type: ignore[attr-defined]


@endpoint(router.get, "/order-reference", permissions.PLACE, response=ReferenceOut, audience="party", summary=_("What is asked of the reference"), description=_("Whether your company asks a reference with each order, and how it looks."))
def get_order_reference(request: HttpRequest) -> Any:
    """Answer what is asked."""
    found = reference(request.actor)  # type: ignore[attr-defined]
    return {"required": found.needed, "hint": found.hint, "shape": found.shape, "example": found.example}


@endpoint(router.get, "/delivery-days", permissions.PLACE, response=DeliveryDaysOut, audience="party", summary=_("When is delivered"),
          description=_("The first days on which an order of this moment can come, and what may be chosen about its delivery."))
def list_delivery_days(request: HttpRequest) -> Any:
    """Answer the days."""
    now = timezone.localtime()
    found = queries.delivery(request.actor, today=now.date())  # type: ignore[attr-defined]
    earliest = found.calendar.earliest(now) if found.calendar else None
    days = found.calendar.from_on(earliest, 10) if found.calendar and earliest else []
    return {"any_day": found.calendar is None, "earliest": earliest, "order_until": found.calendar.handled(now) if found.calendar else None, "days": days, "slots": found.slots, "asks_parts": found.asks_parts, "pickup": found.pickup}


@endpoint(router.get, "/order-fields", permissions.PLACE, response=list[AskedOut], audience="party", summary=_("What is asked with every order"),
          description=_("The fields of the seller's own making that an order answers in `fields`; without a required one it cannot be placed."))
def list_order_fields(request: HttpRequest) -> Any:
    """Answer what is asked."""
    found = fields.asked(request.actor, ORDER.key)  # type: ignore[attr-defined]
    return [{"key": item.key, "label": item.name, "help": item.hint, "kind": item.kind, "choices": item.choices, "required": item.required} for item in found]


@endpoint(router.post, "/orders:validate", permissions.PLACE, response=TriedOut, audience="party", refuses=(*PROBLEMS.values(), *IN_THE_WAY), summary=_("Try an order without placing it"),
          description=_("What the order would be now: your own prices, stock, whether it needs approval, and each problem in its place. The rules are those of placing it."))
def validate_order(request: HttpRequest, asked: OrderIn) -> Any:
    """Answer what an order would be."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.proposal(actor, lines=_lines(asked), details=_details(asked), day=timezone.localdate(), stock=True)
    return _tried(actor, asked, found)


@endpoint(router.post, "/orders", permissions.PLACE, response=OrderOut, audience="party", status=201, once=True, refuses=("orders.not_orderable", "orders.key_reused", *PROBLEMS.values(), *IN_THE_WAY), summary=_("Place an order"),
          description=_("Place an order at the prices of this moment, whole or not at all: one with a problem is refused with each problem in its place. Above the key's limit it waits for a "
                        "colleague: `status` is then `pending_approval` and `waits_for_approval` is true."))
def place_order(request: HttpRequest, asked: OrderIn) -> Any:
    """Place it; the Idempotency-Key and what was asked with it stay with the order, so that they hold longer than its answer is kept."""
    actor = request.actor  # type: ignore[attr-defined]
    key, said = (hashlib.sha256(part).hexdigest()[:32] for part in (request.headers["Idempotency-Key"].encode(), request.body))
    order = actions.place_order(actor, lines=_lines(asked), details=_details(asked), key=key, said=said, now=timezone.now())
    return Status(201, _out(actor, order))


# The verbs stand before the order itself, or `{number}` would take them for a number.
@endpoint(router.post, "/orders/{key:number}:cancel", permissions.CANCEL, response=OrderOut, refuses=("orders.ended", "orders.asked_already"), summary=_("Cancel an order, or ask for it"),
          description=_("Cancel an order that is not with the seller yet. One that is with him already is asked about: `cancel_asked_at` is set and a person answers."))
def cancel_order(request: HttpRequest, number: Key, asked: ReasonIn) -> Any:
    """Cancel it or ask."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, actions.cancel_order(actor, order=queries.order(actor, number), reason=asked.reason, now=timezone.now()))


@endpoint(router.post, "/orders/{key:number}:approve", permissions.APPROVE, response=OrderOut, audience="party", refuses=DECIDING, summary=_("Approve a colleague's order"),
          description=_("Approve an order that waits, as it was seen; never one that the maker of the key placed."))
def approve_order(request: HttpRequest, number: Key, asked: SeenIn) -> Any:
    """Approve it."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, actions.approve_order(actor, order=queries.order(actor, number), seen=asked.seen, step=asked.step, now=timezone.now()))


@endpoint(router.post, "/orders/{key:number}:reject", permissions.APPROVE, response=OrderOut, audience="party", refuses=DECIDING, summary=_("Reject a colleague's order"),
          description=_("Reject an order that waits, with the reason that its buyer reads."))
def reject_order(request: HttpRequest, number: Key, asked: RejectIn) -> Any:
    """Reject it."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, actions.reject_order(actor, order=queries.order(actor, number), seen=asked.seen, step=asked.step, reason=asked.reason, now=timezone.now()))


@endpoint(router.get, "/orders/{key:number}", permissions.VIEW, response=OrderOut, summary=_("One order"),
          description=_("One order with its lines, what the seller made of them, its shipments and its approval."))
def get_order(request: HttpRequest, number: Key) -> Any:
    """Answer an order."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actor, queries.order(actor, number))


def _lines(asked: OrderIn) -> list[Asked]:
    return [Asked(line.sku, line.quantity, line.note, line.unit, line.wanted_date) for line in asked.lines]


def _details(asked: OrderIn) -> Details:
    return Details(asked.reference, asked.note, asked.wanted_date, asked.address, asked.address_once.model_dump() if asked.address_once else None, asked.fields, asked.slot, asked.shipping, asked.cost_centre, asked.for_unit)


def _row(actor: Actor, order: Order) -> dict[str, Any]:
    same = ("number", "erp_number", "origin", "status", "delivery", "invoice", "sync", "reference", "placed_at", "confirmed_at", "expected_on", "cancel_asked_at", "changeable_until", "changed_at")
    return {**{name: getattr(order, name) for name in (*same, "line_count", "currency", "net", "tax", "gross")}, "party": order.party if actor.is_staff else None, "placed_by": order.user_name}


def _out(actor: Actor, order: Order) -> dict[str, Any]:
    order.refresh_from_db(fields=["changed_at"])  # the database sets it
    found = queries.contents(actor, order)
    same = ("cost_centre", "cost_name", "note", "reason", "wanted_date", "slot", "shipping", "address", "invoice_address", "transmitted_at", "shipped_at", "delivered_at", "as_of")
    return {
        **_row(actor, order),
        **{name: getattr(order, name) for name in same},
        "for_unit": order.unit,
        "waits_for_approval": order.status == Order.Status.PENDING_APPROVAL,
        "fields": as_data(fields.filled(actor, ORDER, [order.pk]).get(order.pk, [])),
        "lines": [_line(line, order.currency) for line in found.goods],
        "charges": [{"kind": line.charge, "sku": line.sku, "name": line.name, "tax_rate": line.tax_rate, "amount": line.amount if line.confirmed_amount is None else line.confirmed_amount} for line in found.charges],
        "shipments": [_shipment(sent) for sent in queries.shipments(actor, order)],
        "approval": _approval(found),
        "replies": [replies.shown(row) for row in queries.replies(actor, order)],
    }


def _line(line: OrderLine, currency: str) -> dict[str, Any]:
    same = ("position", "sku", "own_number", "name", "note", "wanted_date", "quantity", "price", "list_price", "tax_rate", "amount", "shipped_quantity", "expected_on", "free_of")
    confirmed = None
    if line.confirmed_quantity is not None:
        confirmed = {"answer": line.answer, "quantity": line.confirmed_quantity, "price": line.confirmed_price, "amount": line.confirmed_amount, "ships_on": line.confirmed_on, "sku": line.confirmed_sku, "name": line.confirmed_name, "seen": fingerprint(line)}
    pack = pack_out(line.pack_code, line.pack_label, line.pack_factor, line.quantity) if line.pack_factor else None
    return {**{name: getattr(line, name) for name in same}, "pack": pack, "unit": line.unit_code, "unit_label": line.unit, "explanation": [step_out(step, text) for step, (text, _amount) in zip(line.explanation, words.why(line.explanation, line.unit, currency), strict=True)], "confirmed": confirmed}


def _shipment(sent: Sent) -> dict[str, Any]:
    same = ("number", "state", "carrier", "tracking", "tracking_url", "planned_on", "shipped_on", "delivered_on")
    lines = [{"position": line.position if line else None, "sku": sku or (line.sku if line else ""), "quantity": quantity, "unit": line.unit_code if line else ""}
             for line, sku, quantity in sent.contents if quantity]
    return {**{name: getattr(sent.shipment, name) for name in same}, "lines": lines}


def _approval(found: Detail) -> dict[str, Any] | None:
    approval = found.approval
    if approval is None:
        return None
    request, last, current = approval.request, approval.decided, approval.current
    steps = [{"position": at.step.position, "status": at.step.status, "opened_at": at.step.opened_at,
              "decisions": [{"by": row.name, "instead_of": row.instead_of, "approved": row.approved, "at": row.at, "reason": row.reason} for row in at.decisions]} for at in approval.steps]
    return {"status": request.status, "limit": request.limit, "period": request.period or None, "requested_at": request.asked_at, "decided_by": last.name if last else "", "decided_at": last.at if last else None,
            "reason": last.reason if last else "", "seen": request.content_hash, "step": current.step.position if current else None, "steps": steps}


def _tried(actor: Actor, asked: OrderIn, found: Proposal) -> dict[str, Any]:
    basket, room = found.basket, queries.room(actor, day=timezone.localdate())
    route = queries.plan(actor, basket, day=timezone.localdate(), left=room)
    problems = found.problems + ([Refused("approvals.above_budget", field="lines", name=full.name, left=format.money(max(full.left, Decimal(0)), basket.policy.currency))] if (full := route.case.stopped) else [])
    return {
        "can_be_placed": not problems,
        "needs_approval": bool(route),
        "order_limit": actor.order_limit,
        "period_limit": room.period_limit,
        "period": room.period or None,
        "period_left": room.left,
        "currency": basket.policy.currency,
        "net": basket.totals.net,
        "tax": basket.totals.tax,
        "gross": basket.totals.gross,
        "minimum": basket.minimum,
        "minimum_lacks": basket.due.lacks,
        "free_delivery_lacks": basket.due.to_free,
        "charges": [{"kind": item.kind, "sku": item.product.sku, "name": item.product.label, "tax_rate": item.rate, "amount": item.amount} for item in basket.charges],
        "lines": [_tried_line(line, item) for line, item in zip(asked.lines, basket.lines, strict=True)],
        "problems": [_problem(item) for item in problems],
    }


def _tried_line(asked: LineIn, item: BasketLine) -> dict[str, Any]:
    product, price = item.product, item.price
    return {
        "sku": product.sku if product else asked.sku,
        "own_number": item.own_number,
        "name": product.label if product else "",
        "quantity": asked.quantity,
        "unit": product.unit_code if product else "",
        "unit_label": product.unit_label if product else "",
        "price": price.net if price else None,
        "tax_rate": product.tax_rate if product else None,
        "amount": item.amount if price else None,
        "free": item.free,
        "stock": item.stock,
    }


def _problem(refused: Refused) -> dict[str, Any]:
    return {"pointer": f"#/{refused.field}", "code": refused.code, "detail": wording(refused)}
