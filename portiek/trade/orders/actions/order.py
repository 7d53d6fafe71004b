"""Writes of one order after it was placed: cancel, hold, resume."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.trade.approvals import actions as approvals
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.models import Lookback, Order
from portiek.trade.orders.queries.doubles import lookback
from portiek.trade.orders.queries.orders import visible


def _locked(actor: Actor, order: Order) -> Order:
    """Hold an order until the transaction ends. Raises NotFound for what the actor may not see."""
    row = visible(actor).select_for_update().filter(pk=order.pk).first()
    if row is None:
        raise NotFound
    return row


def _tell(actor: Actor, order: Order, happened: Fact) -> None:
    """Record a fact about an order."""
    record(actor, happened, party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)


@action(permissions.CANCEL)
def cancel_order(actor: Actor, *, order: Order, reason: str, now: datetime) -> Order:
    """Cancel an order that is not with the ERP yet; a party asks for it when it is, staff decide. Raises Refused when it is over."""
    found = _locked(actor, order)
    problem = rules.why_not_cancel(found.status, found.sync, found.delivery)
    if problem == "orders.ended":
        raise Refused(problem)
    if problem and not actor.may(permissions.MANAGE):
        if found.cancel_asked_at is not None:
            raise Refused("orders.asked_already")
        found.cancel_asked_at, found.reason = now, reason.strip()[:300]
        found.save(update_fields=["cancel_asked_at", "reason"])
        _tell(actor, found, facts.CancelRequested(order_id=found.pk))
        return found
    if found.approval is not None:
        approvals.close_request(actor, request=found.approval, status="withdrawn", now=now)
    found.status, found.reason, found.sync = Order.Status.CANCELLED, reason.strip()[:300], Order.Sync.NONE if found.sync == Order.Sync.QUEUED else found.sync
    found.changeable_until = None
    found.save(update_fields=["status", "reason", "sync", "changeable_until"])
    _tell(actor, found, facts.OrderCancelled(order_id=found.pk))
    return found


@action(permissions.MANAGE)
def keep_order(actor: Actor, *, order: Order) -> Order:
    """Answer a party that its order goes on after all."""
    found = _locked(actor, order)
    if found.cancel_asked_at is None or found.status in rules.ENDED:
        raise Refused("orders.ended")
    found.cancel_asked_at, found.reason = None, ""
    found.save(update_fields=["cancel_asked_at", "reason"])
    _tell(actor, found, facts.CancelRefused(order_id=found.pk))
    return found


@action(permissions.MANAGE)
def hold_order(actor: Actor, *, order: Order, reason: str) -> Order:
    """Put an order on hold, with a reason the party reads."""
    if not reason.strip():
        raise Refused("orders.reason_needed", field="reason")
    found = _locked(actor, order)
    if found.status in (*rules.ENDED, Order.Status.ON_HOLD, Order.Status.PENDING_APPROVAL):
        raise Refused("orders.ended")
    found.held_status, found.status, found.reason = found.status, Order.Status.ON_HOLD, reason.strip()[:300]
    found.save(update_fields=["held_status", "status", "reason"])
    _tell(actor, found, facts.OrderHeld(order_id=found.pk))
    return found


@action(permissions.MANAGE)
def resume_order(actor: Actor, *, order: Order) -> Order:
    """Let an order on hold go on where it was."""
    found = _locked(actor, order)
    if found.status != Order.Status.ON_HOLD:
        raise Refused("orders.not_on_hold")
    found.status, found.held_status, found.reason = found.held_status or Order.Status.SUBMITTED, "", ""
    found.save(update_fields=["held_status", "status", "reason"])
    _tell(actor, found, facts.OrderResumed(order_id=found.pk))
    return found


@action(permissions.MANAGE)
def set_lookback(actor: Actor, *, days: int) -> None:
    """Choose for how many days the same reference asks whether something is ordered twice; 0 is never."""
    before = lookback(actor)
    Lookback.objects.update_or_create(portal_id=actor.portal_id, defaults={"days": max(0, min(days, rules.MOST_LOOKBACK))})
    record(actor, facts.LookbackChanged(days=days), text=str(days), changes={"lookback": (before, days)})
