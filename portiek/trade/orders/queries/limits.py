"""How much a buyer may still order by himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.trade.orders import rules
from portiek.trade.orders.models import Order
from portiek.trade.orders.queries.party import party_of


@dataclass(frozen=True)
class Room:
    """The limits of a buyer and what is left of the one per period; None: no such limit."""

    order_limit: Decimal | None
    period_limit: Decimal | None
    period: str
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        """What he may still order by himself in this period, never below zero."""
        return None if self.period_limit is None else max(self.period_limit - self.spent, Decimal(0))

    def passed(self, net: Decimal) -> tuple[Decimal | None, str]:
        """Return the limit that an order of this amount is above, and its period ("": per order); None: it is within both."""
        if rules.needs_approval(net, self.order_limit):
            return self.order_limit, ""
        return (self.period_limit, self.period) if rules.needs_approval(net, None, self.left) else (None, "")


def room(actor: Actor, *, day: date) -> Room:
    """Return how much the actor may still order by himself. One statement, none without a limit per period.

    What a colleague approved, or still has to, is not by himself; what was refused or cancelled was not ordered.
    """
    if actor.period_limit is None:
        return Room(actor.order_limit, None, "", Decimal(0))
    since = timezone.make_aware(datetime.combine(rules.period_start(actor.period, day), time.min))
    mine = Order.objects.filter(party_id=party_of(actor), user_id=actor.user_id, placed_at__gte=since).exclude(status__in=["pending_approval", "rejected", "cancelled"])
    return Room(actor.order_limit, actor.period_limit, actor.period, mine.filter(approval=None).aggregate(spent=Sum("net"))["spent"] or Decimal(0))
