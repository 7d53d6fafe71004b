"""Every read of carts and orders."""

from portiek.trade.orders.queries.cart import Basket, BasketLine, CartSummary, Preview, PreviewRow, basket, cart_summary, delivery_addresses, lookup, preview
from portiek.trade.orders.queries.erp import payload_for_erp
from portiek.trade.orders.queries.orders import (
    Detail,
    Event,
    Sent,
    approvals_waiting,
    detail,
    history,
    order,
    order_by_id,
    orders,
    orders_of_party,
    shipments,
    to_approve,
)

__all__ = [
    "Basket",
    "BasketLine",
    "CartSummary",
    "Detail",
    "Event",
    "Preview",
    "PreviewRow",
    "Sent",
    "approvals_waiting",
    "basket",
    "cart_summary",
    "delivery_addresses",
    "detail",
    "history",
    "lookup",
    "order",
    "order_by_id",
    "orders",
    "orders_of_party",
    "payload_for_erp",
    "preview",
    "shipments",
    "to_approve",
]
