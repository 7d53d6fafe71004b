"""What follows from lines that were confirmed otherwise or come on another day, and from questions and wishes about orders: who is asked, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to, reacts_together_to
from portiek.core.refs import ref
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind
from portiek.foundation.tasks.actions import Asked, ask_many, settle_many
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.orders import facts, permissions, queries
from portiek.trade.orders.models import Order, OrderLine, Reply


def _page(name: str, subject: str, values: Mapping[str, Any]) -> str:
    return reverse(name, args=[values["number"]])


# No mail of its own: that an order is confirmed with changes is mailed already.
LINES = task_kind(
    "orders.lines_reply",
    title=_("Order {number} was confirmed otherwise"),
    detail=_("Lines that wait for your word: {count}. Without it they stay as confirmed."),
    action=_("See what is different"),
    icon="git-compare",
    url=partial(_page, "orders:reply"),
    mail="off",
    label=_("Lines of an order were confirmed otherwise"),
    several=_("Lines of {count} orders were confirmed otherwise"),
    right=permissions.PLACE,
    remind=(),
)
QUESTIONS = task_kind(
    "orders.order_answer",
    title=_("{party} asks or wants something of order {number}"),
    detail=_("{name}: {text}"),
    action=_("Answer"),
    icon="message-circle-question-mark",
    url=partial(_page, "orders:questions"),
    mail="now",
    label=_("A customer asks about an order, wants it otherwise, or does not agree with a line"),
    several=_("Questions and wishes about {count} orders"),
    right=permissions.MANAGE,
    audience="staff",
)
ANSWERED = message_kind(
    "orders.reply_answered",
    title=_("We answered you about order {number}"),
    body=_("{text}"),
    url=partial(_page, "orders:detail"),
    action=_("See the order"),
    icon="message-circle-question-mark",
    label=_("We answered what you said or asked about an order"),
    several=_("We answered you about {count} orders"),
    right=permissions.VIEW,
)
ALTERED = message_kind(
    "orders.change_done",
    title=_("Order {number} is changed as you asked"),
    body=_("We changed order {number} as you asked. {text}"),
    url=partial(_page, "orders:detail"),
    action=_("See the order"),
    icon="pencil",
    label=_("A change of an order that you asked for is made"),
    several=_("{count} orders are changed as you asked"),
    right=permissions.VIEW,
)
UNALTERED = message_kind(
    "orders.change_refused",
    title=_("Order {number} could not be changed"),
    body=_("What you asked about order {number} could not be done. {text}"),
    url=partial(_page, "orders:detail"),
    action=_("See the order"),
    icon="circle-x",
    label=_("A change of an order that you asked for could not be made"),
    several=_("{count} orders could not be changed"),
    right=permissions.VIEW,
)
MOVED = message_kind(
    "orders.date_moved",
    title=_("Order {number} comes on another day"),
    body=_("{name} is expected on {day}; that was {was}. The page of order {number} shows the day of every line."),
    url=partial(_page, "orders:detail"),
    action=_("See the order"),
    icon="calendar",
    label=_("The day on which an order comes moved"),
    several=_("{count} orders come on another day"),
    right=permissions.VIEW,
)


@reacts_together_to(facts.OrderChanged, facts.OrderConfirmed, facts.OrderUpdated, facts.OrderCancelled, facts.OrderRejected, facts.LinesReplied, facts.ReplyAnswered)
def ask_about_lines(actor: Actor, happened: list[tuple[Any, About]]) -> None:
    """Let lines that were confirmed otherwise wait for who ordered, as long as nothing was said of them and the order goes on."""
    orders = Order.objects.filter(portal_id=actor.portal_id, pk__in={fact.order_id for fact, _about in happened}).exclude(origin=Order.Origin.ERP).in_bulk()
    waiting = queries.waiting(actor, order_ids=list(orders))
    settle_many(actor, kind=LINES, subjects=[ref("orders.order", key) for key in orders if key not in waiting])
    ask_many(actor, kind=LINES, asked=[Asked(ref("orders.order", key), orders[key].party_id, "" if orders[key].user_id else permissions.PLACE, orders[key].user_id or None, {"number": orders[key].number, "count": count}) for key, count in waiting.items()])


@reacts_together_to(facts.LinesReplied, facts.QuestionAsked, facts.ChangeAsked, facts.ReplyAnswered, facts.ChangeAnswered, facts.OrderCancelled, facts.OrderRejected, facts.OrderUpdated)
def ask_staff_about_replies(actor: Actor, happened: list[tuple[Any, About]]) -> None:
    """Ask the staff to answer what a party does not agree with, asks or wants otherwise, as long as something of the order waits."""
    keys = sorted({fact.order_id for fact, _about in happened})
    waiting = queries.unanswered(actor, order_ids=keys)
    settle_many(actor, kind=QUESTIONS, subjects=[ref("orders.order", key) for key in keys if key not in waiting])
    ask_many(actor, kind=QUESTIONS, asked=[Asked(ref("orders.order", key), None, permissions.MANAGE, values={"number": row.order.number, "party": row.order.party.name, "name": row.by_name, "text": row.text[:300]}, about_id=row.party_id) for key, row in waiting.items()])


@reacts_to(facts.ReplyAnswered, facts.ChangeAnswered)
def tell_answer(actor: Actor, fact: Any, about: About) -> None:
    """Tell who said, asked or wanted something what staff answered."""
    row = Reply.objects.filter(portal_id=actor.portal_id, pk=fact.reply_id).select_related("order").first()
    if row is not None and row.answered_at is not None:
        kind = {None: ANSWERED, True: ALTERED, False: UNALTERED}[row.is_done]
        notify(actor, kind=kind, subject=about.subject, party_id=row.party_id, user_ids=[row.user_id], values={"number": row.order.number, "text": row.answer}, event=f"fact:{about.fact_id}")


@reacts_to(facts.DateMoved)
def tell_moved(actor: Actor, fact: facts.DateMoved, about: About) -> None:
    """Tell who ordered that it comes on another day, as long as that is the day."""
    line = OrderLine.objects.filter(portal_id=actor.portal_id, order_id=fact.order_id, position=fact.position).select_related("order").first()
    if line is not None and str(line.confirmed_on) == fact.expected_on:
        whom: dict[str, Any] = {"user_ids": [line.order.user_id]} if line.order.user_id else {"right": "user.manage"}
        notify(actor, kind=MOVED, subject=about.subject, party_id=line.party_id, values={"number": line.order.number, "name": line.name, "day": line.confirmed_on, "was": date.fromisoformat(fact.was)}, event=f"fact:{about.fact_id}", **whom)
