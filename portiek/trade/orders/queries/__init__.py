"""Every read of carts and orders."""

from portiek.trade.orders.queries.addresses import choices, delivery_addresses, searchable
from portiek.trade.orders.queries.agreements import AgreedNote, Remaining, agreed_notes, called_off, ending
from portiek.trade.orders.queries.approving import deciders, plan
from portiek.trade.orders.queries.budgets import ordered as ordered
from portiek.trade.orders.queries.cart import (
    Basket,
    BasketLine,
    Glance,
    basket,
    cart_amount,
    cart_counting,
    cart_lines,
    glance,
    lookup,
)
from portiek.trade.orders.queries.carts import BY_NAME, amount, cart, carts, is_own
from portiek.trade.orders.queries.costs import Charge, cost_rule, cost_rules, costs_of
from portiek.trade.orders.queries.delivery import Delivery, closed_days, delivery
from portiek.trade.orders.queries.doubles import Double, doubles, lookback
from portiek.trade.orders.queries.draft import DraftRow, Look, Repair, draft, drafts, look, not_approved
from portiek.trade.orders.queries.erp import payload_for_erp
from portiek.trade.orders.queries.exported import exported
from portiek.trade.orders.queries.limits import Room, room
from portiek.trade.orders.queries.orders import (
    SEARCHED,
    Bought,
    Detail,
    Event,
    Sent,
    approvals_waiting,
    asked_as,
    bought,
    contents,
    detail,
    history,
    hits,
    line_changes,
    order,
    order_by_id,
    orders,
    shipments,
    to_approve,
)
from portiek.trade.orders.queries.promised import promised
from portiek.trade.orders.queries.proposal import Agreed, Asked, Details, Proposal, agreed, proposal
from portiek.trade.orders.queries.purchases import Now, bought_now, last_purchase, purchases
from portiek.trade.orders.queries.quick import typed
from portiek.trade.orders.queries.replies import line_names, replies, unanswered, waiting
from portiek.trade.orders.queries.units import MOST_UNITS, buying_for, unit_choices, units_for

__all__ = [
    "BY_NAME",
    "MOST_UNITS",
    "SEARCHED",
    "Agreed",
    "AgreedNote",
    "Asked",
    "Basket",
    "BasketLine",
    "Bought",
    "Charge",
    "Delivery",
    "Detail",
    "Details",
    "Double",
    "DraftRow",
    "Event",
    "Glance",
    "Look",
    "Now",
    "Proposal",
    "Remaining",
    "Repair",
    "Room",
    "Sent",
    "agreed",
    "agreed_notes",
    "amount",
    "approvals_waiting",
    "asked_as",
    "basket",
    "bought",
    "bought_now",
    "buying_for",
    "called_off",
    "cart",
    "cart_amount",
    "cart_counting",
    "cart_lines",
    "carts",
    "choices",
    "closed_days",
    "contents",
    "cost_rule",
    "cost_rules",
    "costs_of",
    "deciders",
    "delivery",
    "delivery_addresses",
    "detail",
    "doubles",
    "draft",
    "drafts",
    "ending",
    "exported",
    "glance",
    "history",
    "hits",
    "is_own",
    "last_purchase",
    "line_changes",
    "line_names",
    "look",
    "lookback",
    "lookup",
    "not_approved",
    "order",
    "order_by_id",
    "orders",
    "payload_for_erp",
    "plan",
    "promised",
    "proposal",
    "purchases",
    "replies",
    "room",
    "searchable",
    "shipments",
    "to_approve",
    "typed",
    "unanswered",
    "unit_choices",
    "units_for",
    "waiting",
]
