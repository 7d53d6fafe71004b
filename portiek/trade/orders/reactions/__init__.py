"""What follows from an order: who is asked, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to, reacts_together_to
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.actions import Asked, ask, ask_many, settle
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals.facts import StepApproved, StepEscalated, StepOpened
from portiek.trade.approvals.permissions import RULES
from portiek.trade.approvals.queries import keeping_budgets
from portiek.trade.approvals.rules import ANYONE
from portiek.trade.orders import actions, facts, permissions, queries
from portiek.trade.orders.models import Order
from portiek.trade.orders.reactions import replies as replies


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("orders:detail", args=[values["number"]])


topic("orders", _("Orders"), 10)
APPROVE = task_kind(
    "orders.order_approve",
    title=_("Approve the order of {name}"),
    detail=_("{amount}, step {step} of {steps}. The page says why."),
    action=_("Look at it"),
    icon="badge-check",
    url=_url,
    mail="now",
    label=_("An order waits for your approval"),
    several=_("{count} orders wait for your approval"),
    right=permissions.APPROVE,
    able=queries.deciders,
)
CANCEL = task_kind(
    "orders.order_cancel",
    title=_("{party} wants to cancel order {number}"),
    detail=_("Asked by {name}. See whether it can still be stopped."),
    action=_("Look at it"),
    icon="circle-x",
    url=_url,
    mail="now",
    label=_("A customer wants to cancel an order"),
    several=_("{count} orders are asked to be cancelled"),
    right=permissions.MANAGE,
    audience="staff",
)
APPROVED = message_kind(
    "orders.order_approved",
    title=_("{name} approved order {number}"),
    body=_("Your order {number} of {amount} is approved and goes to the warehouse."),
    url=_url,
    action=_("See the order"),
    icon="badge-check",
    label=_("An order of yours is approved"),
    several=_("{count} orders are approved"),
    right=permissions.VIEW,
    mail="daily",
)
REJECTED = message_kind(
    "orders.order_rejected",
    title=_("Order {number} was not approved"),
    body=_("{name} did not approve your order {number}: {reason}"),
    url=_url,
    action=_("See the order"),
    icon="circle-x",
    label=_("An order of yours is not approved"),
    several=_("{count} orders were not approved"),
    right=permissions.VIEW,
)
LOWERED = message_kind(
    "orders.order_lowered",
    title=_("Lines of order {number} were changed"),
    body=_("{name} struck or lowered lines of your order {number} before approving it: it is {amount} now. The page shows each line with the reason."),
    url=_url,
    action=_("See what is different"),
    icon="git-compare",
    label=_("Who approves changed lines of an order of yours"),
    several=_("Lines of {count} orders were changed"),
    right=permissions.VIEW,
)
EXPIRED = message_kind(
    "orders.approval_expired",
    title=_("Nobody decided about order {number} in time"),
    body=_("Your order {number} waited for approval too long and is not carried out. Nothing is lost: on its page you put it in your cart again."),
    url=_url,
    action=_("See the order"),
    icon="clock-alert",
    label=_("An order of yours is not approved in time"),
    several=_("{count} orders were not approved in time"),
    right=permissions.VIEW,
)
CHANGED = message_kind(
    "orders.order_changed",
    title=_("Order {number} was confirmed with changes"),
    body=_("Something of order {number} is not as it was ordered. The page shows each line; there you agree, do not agree or ask. Without a word from you it stays as confirmed."),
    url=_url,
    action=_("See what is different"),
    icon="git-compare",
    label=_("An order is confirmed with changes"),
    several=_("{count} orders were confirmed with changes"),
    right=permissions.VIEW,
)
SHIPPED = message_kind(
    "orders.order_shipped",
    title=_("Order {number} is on its way"),
    body=_("A shipment of order {number} left the warehouse."),
    url=_url,
    action=_("Follow the order"),
    icon="truck",
    label=_("An order is on its way"),
    several=_("{count} orders are on their way"),
    right=permissions.VIEW,
    mail="daily",
)
ON_BEHALF = message_kind(
    "orders.order_on_behalf",
    title=_("Order {number} was placed on your behalf"),
    body=_("{by} placed order {number} of {amount} on your behalf. Is something not right? Then tell us at once."),
    url=_url,
    action=_("See the order"),
    icon="package",
    label=_("We placed an order on your behalf"),
)
CANCELLED = message_kind(
    "orders.order_cancelled",
    title=_("Order {number} was cancelled"),
    body=_("Order {number} is cancelled and is not carried out. {reason}"),
    url=_url,
    action=_("See the order"),
    icon="circle-x",
    label=_("An order is cancelled"),
    several=_("{count} orders were cancelled"),
    right=permissions.VIEW,
)


def _order(actor: Actor, key: int) -> Order | None:
    return queries.order_by_id(actor, key)


def _tell(actor: Actor, kind: str, about: About, order: Order, **values: Any) -> None:
    """Tell the one who ordered; an order without a user of the portal is told to the administrators."""
    whom: dict[str, Any] = {"user_ids": [order.user_id]} if order.user_id else {"right": "user.manage"}
    notify(
        actor,
        kind=kind,
        subject=about.subject,
        party_id=order.party_id,
        values={"number": order.number, **values},
        event=f"fact:{about.fact_id}:{kind}",
        **whom,
    )


@reacts_to(StepOpened, StepApproved, StepEscalated)
def ask_for_approval(actor: Actor, fact: StepOpened | StepApproved | StepEscalated, about: About) -> None:
    """Ask who may decide in the step that is open: by name, or everybody with the right. Who decided in it is asked no more."""
    found = queries.detail(actor, about.text) if about.subject.startswith("orders.order:") else None
    route = found.approval if found else None
    at = route.current if route else None
    if found is None or route is None or at is None or at.step.pk != fact.step_id:
        return
    if isinstance(fact, StepApproved):
        settle(actor, kind=APPROVE, subject=about.subject, user_id=fact.by)
        return
    if isinstance(fact, StepOpened):
        settle(actor, kind=APPROVE, subject=about.subject)
    values = {"number": found.order.number, "name": found.order.user_name, "amount": found.order.net, "step": at.step.position, "steps": len(route.steps)}
    asked: list[tuple[str, int | None]] = [("", person.user_id) for person in at.able]
    if at.step.who == ANYONE:
        asked = [(permissions.APPROVE, None)]
    if at.step.escalated_at is not None:
        asked.append((RULES, None))
    ask_many(actor, kind=APPROVE, asked=[Asked(about.subject, found.order.party_id, right, user, values, at.step.due_at) for right, user in asked])


@reacts_to(facts.OrderSubmitted, facts.ApprovalRequested)
def look_at_budgets(actor: Actor, fact: Any, about: About) -> None:
    """Note which budgets of who ordered are nearly used up now."""
    approvals.warn_of_budgets(actor, party_id=about.party_id or 0, now=timezone.now())


@reacts_together_to(facts.OrderChanged, facts.OrderImported)
def look_at_budgets_again(actor: Actor, happened: list[tuple[Any, About]]) -> None:
    """Do so where the ERP confirmed more than was ordered, or brought what was ordered elsewhere."""
    for party_id in keeping_budgets(actor, {about.party_id for _fact, about in happened if about.party_id}):
        approvals.warn_of_budgets(actor, party_id=party_id, now=timezone.now())


@reacts_to(facts.OrderSubmitted, facts.ApprovalRequested)
def tell_on_behalf(actor: Actor, fact: Any, about: About) -> None:
    """Tell for whom somebody of the staff placed an order."""
    order = _order(actor, fact.order_id)
    if order is not None and about.by_name:
        _tell(actor, ON_BEHALF, about, order, by=about.by_name, amount=order.net)


@reacts_to(facts.OrderApproved, facts.OrderRejected, facts.OrderWithdrawn, facts.OrderCancelled, facts.ApprovalExpired)
def settle_approval(actor: Actor, fact: Any, about: About) -> None:
    """End the question and tell the one who ordered what was decided."""
    settle(actor, kind=APPROVE, subject=about.subject)
    settle(actor, kind=CANCEL, subject=about.subject)
    order = _order(actor, fact.order_id)
    approval = queries.detail(actor, order.number).approval if order else None
    if order is None:
        return
    last = approval.decided if approval else None
    name = last.name if last else ""
    if isinstance(fact, facts.OrderApproved):
        _tell(actor, APPROVED, about, order, name=name, amount=order.net)
    elif isinstance(fact, facts.OrderRejected):
        _tell(actor, REJECTED, about, order, name=name, reason=order.reason)
    elif isinstance(fact, facts.ApprovalExpired):
        _tell(actor, EXPIRED, about, order)
    elif isinstance(fact, facts.OrderCancelled) and about.user_id != order.user_id:
        _tell(actor, CANCELLED, about, order, reason=order.reason)


@reacts_to(facts.OrderLowered)
def tell_lowered(actor: Actor, fact: facts.OrderLowered, about: About) -> None:
    """Tell the one who ordered what an approver took off."""
    order = _order(actor, fact.order_id)
    changes = queries.line_changes(actor, order) if order else []
    if order and changes:
        _tell(actor, LOWERED, about, order, name=changes[-1].by_name, amount=order.net)


@reacts_to(facts.CancelRequested)
def ask_staff_to_cancel(actor: Actor, fact: facts.CancelRequested, about: About) -> None:
    """Ask the staff whether an order can still be stopped."""
    order = Order.objects.select_related("party").filter(pk=fact.order_id).first()
    if order and order.cancel_asked_at:
        ask(
            actor,
            kind=CANCEL,
            subject=about.subject,
            right=permissions.MANAGE,
            values={"number": order.number, "party": order.party.name, "name": order.user_name},
            about_id=order.party_id,
        )


@reacts_to(facts.CancelRefused)
def settle_cancel(actor: Actor, fact: facts.CancelRefused, about: About) -> None:
    """End the question about stopping an order."""
    settle(actor, kind=CANCEL, subject=about.subject)


@reacts_to(facts.OrderChanged)
def tell_changed(actor: Actor, fact: facts.OrderChanged, about: About) -> None:
    """Tell the one who ordered that something was confirmed otherwise."""
    order = _order(actor, fact.order_id)
    if order:
        _tell(actor, CHANGED, about, order)


@reacts_to(facts.OrderShipped)
def tell_shipped(actor: Actor, fact: facts.OrderShipped, about: About) -> None:
    """Tell the one who ordered that it is on its way."""
    order = _order(actor, fact.order_id)
    if order:
        _tell(actor, SHIPPED, about, order)


@reacts_together_to(facts.OrderSubmitted, facts.OrderImported, facts.OrderConfirmed, facts.OrderChanged, facts.OrderUpdated, facts.OrderRejected, facts.OrderCancelled)
def note_purchases(actor: Actor, happened: list[tuple[Any, About]]) -> None:
    """Keep what was bought last."""
    actions.note_purchases(actor, order_ids=sorted({fact.order_id for fact, _about in happened}))
