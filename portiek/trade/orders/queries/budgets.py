"""What of budgets orders have spent."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.trade.approvals.spending import Spent, spends
from portiek.trade.orders.models import Order


@spends
def ordered(actor: Actor, party_id: int, since: date) -> list[Spent]:
    """Return what a party ordered from a day on, as its orders stand now; what waits for approval too, what was refused or cancelled not. One statement."""
    start = timezone.make_aware(datetime.combine(since, time.min))
    waiting = Coalesce(Sum("net", filter=Q(status=Order.Status.PENDING_APPROVAL)), Decimal(0))
    found = Order.objects.filter(portal_id=actor.portal_id, party_id=party_id, placed_at__gte=start).exclude(status__in=["rejected", "cancelled"])
    rows = found.annotate(month=TruncMonth("placed_at")).order_by().values_list("month", "user_id", "unit_id", "cost_centre").annotate(Sum("net"), waiting=waiting)
    return [Spent(timezone.localdate(month), user, unit, cost, net, waits) for month, user, unit, cost, net, waits in rows]
