"""In the demo: an ERP that rounds VAT per line on three orders, and a price that it has otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Portal
from portiek.settlement.parity import jobs
from portiek.trade.orders.models import Order, OrderLine


def seed(size: str) -> None:
    """Let a few orders come back differently, and check; nothing but in the demo."""
    if size != "demo":
        return
    system = Actor.system(portal_ids()["vandijk"])
    with scope(system):
        policy = replace(Portal.objects.get(pk=system.portal_id).policy, tax_per="line")
        changed = 0
        for order in Order.objects.filter(portal_id=system.portal_id, status=Order.Status.COMPLETED, line_count__gte=3).order_by("-placed_at", "-pk")[:400]:
            lines = list(OrderLine.objects.filter(order=order).order_by("position"))
            totals = policy.totals((line.amount, line.tax_rate) for line in lines)
            if totals.net == order.net and totals.tax != order.tax and changed < 3:
                order.tax, order.gross = totals.tax, totals.gross
                changed += 1
            elif changed == 3:
                line, policy = lines[0], order.portal.policy
                line.confirmed_price = line.price + Decimal("0.10")
                line.confirmed_amount = policy.line(line.quantity, line.confirmed_price)
                line.save(update_fields=["confirmed_price", "confirmed_amount"])
                totals = policy.totals((item.amount if item.confirmed_amount is None else item.confirmed_amount, item.tax_rate) for item in lines)
                order.net, order.tax, order.gross = totals.net, totals.tax, totals.gross
                changed += 1
            else:
                continue
            order.save(update_fields=["net", "tax", "gross"])
            if changed == 4:
                break
    jobs.check_all(system, timezone.now())
