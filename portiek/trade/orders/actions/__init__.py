"""Every write of carts, orders, approvals and shipments."""

from portiek.trade.orders import errors as errors
from portiek.trade.orders.actions.approval import approve_order, expire_approvals, reject_order, withdraw_order
from portiek.trade.orders.actions.cart import add_many, add_to_cart, buy_for, change_line, deliver_once_to, deliver_to, drop_old_carts, empty_cart, remove_line, set_details, want_line
from portiek.trade.orders.actions.carts import change_cart, drop_cart, move_lines, open_cart, use_cart
from portiek.trade.orders.actions.changing import release_order, release_orders, take_back_order
from portiek.trade.orders.actions.costs import add_costs, change_costs, remove_costs
from portiek.trade.orders.actions.delivery import close_days, open_day, set_delivery
from portiek.trade.orders.actions.draft import Listed, add_draft, bring_in, bring_list, choose_columns, decide, drop_draft, drop_old_drafts, order_again
from portiek.trade.orders.actions.erp import apply_orders, mark_invoiced, mark_sync
from portiek.trade.orders.actions.lowering import Lower, lower_order
from portiek.trade.orders.actions.merging import place_in_branch
from portiek.trade.orders.actions.order import cancel_order, hold_order, keep_order, resume_order, set_lookback
from portiek.trade.orders.actions.purchases import gather_purchases, note_purchases
from portiek.trade.orders.actions.replies import Answer, Say, answer_replies, ask_about, ask_change, reply_lines
from portiek.trade.orders.actions.shipment import apply_shipments
from portiek.trade.orders.actions.submit import place_agreed, place_order, submit_order

__all__ = [
    "Answer",
    "Listed",
    "Lower",
    "Say",
    "add_costs",
    "add_draft",
    "add_many",
    "add_to_cart",
    "answer_replies",
    "apply_orders",
    "apply_shipments",
    "approve_order",
    "ask_about",
    "ask_change",
    "bring_in",
    "bring_list",
    "buy_for",
    "cancel_order",
    "change_cart",
    "change_costs",
    "change_line",
    "choose_columns",
    "close_days",
    "decide",
    "deliver_once_to",
    "deliver_to",
    "drop_cart",
    "drop_draft",
    "drop_old_carts",
    "drop_old_drafts",
    "empty_cart",
    "expire_approvals",
    "gather_purchases",
    "hold_order",
    "keep_order",
    "lower_order",
    "mark_invoiced",
    "mark_sync",
    "move_lines",
    "note_purchases",
    "open_cart",
    "open_day",
    "order_again",
    "place_agreed",
    "place_in_branch",
    "place_order",
    "reject_order",
    "release_order",
    "release_orders",
    "remove_costs",
    "remove_line",
    "reply_lines",
    "resume_order",
    "set_delivery",
    "set_details",
    "set_lookback",
    "submit_order",
    "take_back_order",
    "use_cart",
    "want_line",
    "withdraw_order",
]
