"""Electronic ordering has no rights of its own: who may order sends orders, who sees orders sees the messages, who sees products and prices has them as a catalogue."""

from portiek.trade.catalog.permissions import VIEW as PRODUCTS
from portiek.trade.orders.permissions import CART, MANAGE, PLACE, VIEW
from portiek.trade.pricing.permissions import EXPLAIN
from portiek.trade.pricing.permissions import VIEW as PRICES

__all__ = ["CART", "EXPLAIN", "MANAGE", "PLACE", "PRICES", "PRODUCTS", "VIEW"]
