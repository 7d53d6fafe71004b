"""Punch-out has no rights of its own: who connects programs sets systems up, and what a visit may is what its person may of SHOPPING."""

from portiek.edges.api.permissions import APIKEY_MANAGE as MANAGE
from portiek.trade.catalog.permissions import VIEW as CATALOG
from portiek.trade.orders.permissions import CART as CART
from portiek.trade.pricing.permissions import VIEW as PRICE

SHOPPING = (CATALOG, PRICE, CART)

__all__ = ["CART", "CATALOG", "MANAGE", "PRICE", "SHOPPING"]
