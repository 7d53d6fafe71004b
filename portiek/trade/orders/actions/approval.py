"""Writes of a decision on an order that waits for approval."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals.models import Request
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.models import Order
from portiek.trade.orders.queries.party import party_of


def _locked(actor: Actor, order: Order) -> tuple[Order, Request]:
    """Return order and pending request, the order held first. Raises NotFound or Refused."""
    found = Order.objects.select_for_update(of=("self",)).select_related("approval").filter(pk=order.pk, party_id=party_of(actor)).first()
    if found is None:
        raise NotFound
    if found.approval is None or found.approval.status != Request.Status.PENDING:
        raise Refused("orders.decided")
    return found, found.approval


def _decidable(actor: Actor, order: Order, seen: str) -> tuple[Order, Request]:
    found, request = _locked(actor, order)
    problem = rules.why_not_decide(status=found.status, approval=request.status, requested_by=request.asked_by, user=actor.user_id, seen=seen, holds=request.content_hash)
    if problem == "orders.approval_changed":
        raise Conflict(problem)
    if problem:
        raise Refused(problem)
    return found, request


def _record(actor: Actor, order: Order, happened: Fact, instead_of: str = "") -> None:
    record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number, changes={"instead_of": (None, instead_of)} if instead_of else None)


@action(permissions.APPROVE)
def approve_order(actor: Actor, *, order: Order, seen: str, now: datetime, step: int | None = None) -> Order:
    """Approve a colleague's order as it was seen, in the step that is open; after the last one it goes on to the ERP. Raises Refused for one's own or when others are asked, Conflict for another content."""
    found, request = _decidable(actor, order, seen)
    request, instead_of = approvals.decide(actor, request=request, approve=True, step=step, now=now)
    if request.status == Request.Status.APPROVED:
        found.status, found.sync, found.sync_at = Order.Status.SUBMITTED, Order.Sync.QUEUED, now
        found.save(update_fields=["status", "sync", "sync_at"])
        _record(actor, found, facts.OrderApproved(order_id=found.pk, by=actor.user_id), instead_of)
        _record(actor, found, facts.OrderSubmitted(order_id=found.pk))
    return found


@action(permissions.APPROVE)
def reject_order(actor: Actor, *, order: Order, seen: str, reason: str, now: datetime, step: int | None = None) -> Order:
    """Reject a colleague's order, with the reason he will read."""
    if not reason.strip():
        raise Refused("orders.reason_needed", field="reason")
    found, request = _decidable(actor, order, seen)
    _request, instead_of = approvals.decide(actor, request=request, approve=False, step=step, reason=reason, now=now)
    found.status, found.reason = Order.Status.REJECTED, reason.strip()[:300]
    found.save(update_fields=["status", "reason"])
    _record(actor, found, facts.OrderRejected(order_id=found.pk, by=actor.user_id), instead_of)
    return found


@action(None)
def withdraw_order(actor: Actor, *, order: Order, now: datetime) -> Order:
    """Take back one's own order while it waits for approval: who could ask for it, by placing it or by accepting a quote, can do so."""
    found, request = _locked(actor, order)
    if request.asked_by != actor.user_id:
        raise Refused("orders.not_yours")
    approvals.close_request(actor, request=request, status=Request.Status.WITHDRAWN, now=now)
    found.status = Order.Status.CANCELLED
    found.save(update_fields=["status"])
    _record(actor, found, facts.OrderWithdrawn(order_id=found.pk))
    return found


@action(None)
def expire_approvals(actor: Actor, *, now: datetime) -> int:
    """Give back orders that waited for approval longer than they may; return how many. The portal itself does it."""
    late = Order.objects.select_for_update(of=("self",)).select_related("approval").filter(portal_id=actor.portal_id, status=Order.Status.PENDING_APPROVAL, approval__status=Request.Status.PENDING, approval__expires_at__lte=now)
    done = 0
    for order in late.order_by("pk")[:500]:
        if order.approval is not None and approvals.close_request(actor, request=order.approval, status=Request.Status.EXPIRED, now=now):
            order.status = Order.Status.REJECTED
            order.save(update_fields=["status"])
            _record(actor, order, facts.ApprovalExpired(order_id=order.pk))
            done += 1
    return done
