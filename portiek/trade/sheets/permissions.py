"""Rights over documents of products: who sees a product sees its documents, who keeps products keeps them."""

from portiek.trade.catalog.permissions import MANAGE as MANAGE
from portiek.trade.catalog.permissions import VIEW as VIEW
from portiek.trade.orders.permissions import VIEW as BOUGHT

__all__ = ["BOUGHT", "MANAGE", "VIEW"]
