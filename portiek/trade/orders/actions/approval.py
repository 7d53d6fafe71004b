"""Writes of a decision on an order above its buyer's limit."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.models import Approval, Order
from portiek.trade.orders.queries.orders import approving_for
from portiek.trade.orders.queries.party import party_of


def _locked(actor: Actor, order: Order) -> tuple[Order, Approval]:
    """Return order and pending approval, the order held first. Raises NotFound or Refused."""
    found = Order.objects.select_for_update().filter(pk=order.pk, party_id=party_of(actor)).first()
    if found is None:
        raise NotFound
    approval = Approval.objects.filter(order=found, party_id=party_of(actor), status=Approval.Status.PENDING).first()
    if approval is None:
        raise Refused("orders.decided")
    return found, approval


def _decidable(actor: Actor, order: Order, seen: str) -> tuple[Order, Approval]:
    found, approval = _locked(actor, order)
    problem = rules.why_not_decide(
        status=found.status, approval=approval.status, requested_by=approval.requested_by, user=actor.user_id, seen=seen, holds=approval.content_hash
    )
    if problem == "orders.approval_changed":
        raise Conflict(problem)
    if problem:
        raise Refused(problem)
    return found, approval


def _decide(actor: Actor, approval: Approval, status: str, now: datetime, reason: str = "", instead_of: str = "") -> None:
    approval.status, approval.decided_by, approval.decided_name, approval.decided_at, approval.reason = status, actor.user_id, actor.name, now, reason
    approval.decided_instead_of = instead_of
    approval.save(update_fields=["status", "decided_by", "decided_name", "decided_instead_of", "decided_at", "reason"])


def _record(actor: Actor, order: Order, happened: Fact, instead_of: str = "") -> None:
    record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number, changes={"instead_of": (None, instead_of)} if instead_of else None)


@action(permissions.APPROVE)
def approve_order(actor: Actor, *, order: Order, seen: str, now: datetime) -> Order:
    """Approve a colleague's order as it was seen; it goes on to the ERP. Raises Refused for one's own, Conflict for another content."""
    found, approval = _decidable(actor, order, seen)
    instead_of = approving_for(actor, approval)
    _decide(actor, approval, Approval.Status.APPROVED, now, instead_of=instead_of)
    found.status, found.sync, found.sync_at = Order.Status.SUBMITTED, Order.Sync.QUEUED, now
    found.save(update_fields=["status", "sync", "sync_at"])
    _record(actor, found, facts.OrderApproved(order_id=found.pk, by=actor.user_id), instead_of)
    _record(actor, found, facts.OrderSubmitted(order_id=found.pk))
    return found


@action(permissions.APPROVE)
def reject_order(actor: Actor, *, order: Order, seen: str, reason: str, now: datetime) -> Order:
    """Reject a colleague's order, with the reason he will read."""
    if not reason.strip():
        raise Refused("orders.reason_needed", field="reason")
    found, approval = _decidable(actor, order, seen)
    instead_of = approving_for(actor, approval)
    _decide(actor, approval, Approval.Status.REJECTED, now, reason.strip()[:300], instead_of)
    found.status, found.reason = Order.Status.REJECTED, reason.strip()[:300]
    found.save(update_fields=["status", "reason"])
    _record(actor, found, facts.OrderRejected(order_id=found.pk, by=actor.user_id), instead_of)
    return found


@action(permissions.PLACE)
def withdraw_order(actor: Actor, *, order: Order, now: datetime) -> Order:
    """Take back one's own order while it waits for approval."""
    found, approval = _locked(actor, order)
    if approval.requested_by != actor.user_id:
        raise Refused("orders.not_yours")
    _decide(actor, approval, Approval.Status.WITHDRAWN, now)
    found.status = Order.Status.CANCELLED
    found.save(update_fields=["status"])
    _record(actor, found, facts.OrderWithdrawn(order_id=found.pk))
    return found
