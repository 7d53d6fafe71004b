"""Every write of carts, orders, approvals and shipments."""

from portiek.trade.orders import errors as errors
from portiek.trade.orders.actions.approval import approve_order, expire_approvals, reject_order, withdraw_order
from portiek.trade.orders.actions.cart import add_many, add_to_cart, change_line, deliver_once_to, deliver_to, drop_old_carts, empty_cart, remove_line, reorder, set_details
from portiek.trade.orders.actions.erp import apply_orders, mark_invoiced, mark_sync
from portiek.trade.orders.actions.lowering import Lower, lower_order
from portiek.trade.orders.actions.merging import place_in_branch
from portiek.trade.orders.actions.order import cancel_order, hold_order, keep_order, resume_order
from portiek.trade.orders.actions.shipment import apply_shipments
from portiek.trade.orders.actions.submit import place_order, submit_order

__all__ = [
    "Lower",
    "add_many",
    "add_to_cart",
    "apply_orders",
    "apply_shipments",
    "approve_order",
    "cancel_order",
    "change_line",
    "deliver_once_to",
    "deliver_to",
    "drop_old_carts",
    "empty_cart",
    "expire_approvals",
    "hold_order",
    "keep_order",
    "lower_order",
    "mark_invoiced",
    "mark_sync",
    "place_in_branch",
    "place_order",
    "reject_order",
    "remove_line",
    "reorder",
    "resume_order",
    "set_details",
    "submit_order",
    "withdraw_order",
]
