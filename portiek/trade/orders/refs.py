"""How an order is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.trade.orders.queries import order_by_id


def _order(actor: Actor, key: int) -> Shown | None:
    found = order_by_id(actor, key)
    return Shown(found.number, reverse("orders:detail", args=[found.number])) if found else None


register_ref("orders.order", _order)
