"""What only the demo has about when orders come and what is changed of them."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders import actions, delivering, queries
from portiek.trade.orders.models import Order, Reply


def delivery_days(actor: Actor) -> None:
    """Deliver on working days: what is ordered before three (on Friday before noon) comes on the next one. For half an hour an order may be changed."""
    actions.set_delivery(actor, days=range(5), cutoffs={day: time(12 if day == 4 else 15) for day in range(5)}, lead=1, slots=delivering.SLOTS, asks_parts=True, pickup=True, change_minutes=30)
    year = timezone.localdate().year
    actions.close_days(actor, days=delivering.dutch_holidays(year) | delivering.dutch_holidays(year + 1))


def wishes() -> None:
    """Let the contractor ask for a change of what is under way, and have an answer about something else."""
    sanne, peter = Cast().sanne, Cast().peter
    with scope(sanne):
        orders = Order.objects.filter(user_id=sanne.user_id, origin=Order.Origin.PORTAL).order_by("-placed_at", "-pk")
        waits, answered = orders.filter(status=Order.Status.TRANSMITTED).first(), orders.filter(delivery="partial").first()
        for order, text in ((waits, "Kan het aantal van OSB-18 naar 44, en de levering een dag later?"), (answered, "Graag het tweede deel naar de Kade 10.")):
            if order is not None:
                actions.ask_change(sanne, order=order, position=None, text=text, now=timezone.now())
    if answered is not None:
        with scope(peter):
            said = [row.pk for row in queries.replies(peter, answered) if row.kind == Reply.Kind.WISHED]
            actions.answer_replies(peter, order=answered, answers={said[0]: actions.Answer("Het tweede deel gaat naar de Kade 10.", done=True)}, now=timezone.now())
