"""Fields of the portal's own making on orders. What a party fills in is asked with the order, never after."""

from __future__ import annotations

from django.urls import reverse

from portiek.foundation.fields.subjects import subject
from portiek.trade.orders import permissions
from portiek.trade.orders.models import Order, OrderValue
from portiek.trade.orders.queries.orders import order

ORDER = subject("order", model=Order, values=OrderValue, holder="order", ref="orders.order", right=permissions.MANAGE, fills="", find=order, party_of=lambda row: row.party_id,
                number_of=lambda row: row.number, url=lambda actor, row: reverse("orders:detail", args=[row.number]), order=30)  # fmt: skip
