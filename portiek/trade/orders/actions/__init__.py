"""Every write of carts, orders, approvals and shipments."""

from portiek.trade.orders import errors as errors
from portiek.trade.orders.actions.approval import approve_order, expire_approvals, reject_order, withdraw_order
from portiek.trade.orders.actions.cart import add_many, add_to_cart, change_line, deliver_once_to, deliver_to, drop_old_carts, empty_cart, remove_line, set_details
from portiek.trade.orders.actions.draft import add_draft, bring_in, choose_columns, decide, drop_draft, drop_old_drafts, order_again
from portiek.trade.orders.actions.erp import apply_orders, mark_invoiced, mark_sync
from portiek.trade.orders.actions.lowering import Lower, lower_order
from portiek.trade.orders.actions.merging import place_in_branch
from portiek.trade.orders.actions.order import cancel_order, hold_order, keep_order, resume_order, set_lookback
from portiek.trade.orders.actions.shipment import apply_shipments
from portiek.trade.orders.actions.submit import place_order, submit_order

__all__ = [
    "Lower",
    "add_draft",
    "add_many",
    "add_to_cart",
    "apply_orders",
    "apply_shipments",
    "approve_order",
    "bring_in",
    "cancel_order",
    "change_line",
    "choose_columns",
    "decide",
    "deliver_once_to",
    "deliver_to",
    "drop_draft",
    "drop_old_carts",
    "drop_old_drafts",
    "empty_cart",
    "expire_approvals",
    "hold_order",
    "keep_order",
    "lower_order",
    "mark_invoiced",
    "mark_sync",
    "order_again",
    "place_in_branch",
    "place_order",
    "reject_order",
    "remove_line",
    "resume_order",
    "set_details",
    "set_lookback",
    "submit_order",
    "withdraw_order",
]
