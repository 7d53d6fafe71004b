"""Tables of carts, lists on their way into one, orders, approvals and shipments."""

from portiek.trade.orders.models.carts import CartUse as CartUse
from portiek.trade.orders.models.costs import CostRule as CostRule
from portiek.trade.orders.models.delivery import ClosedDay as ClosedDay
from portiek.trade.orders.models.delivery import DeliveryDays as DeliveryDays
from portiek.trade.orders.models.draft import Draft, Layout, Lookback
from portiek.trade.orders.models.order import (
    STOPPED,
    UNDER_WAY,
    Cart,
    CartLine,
    LineChange,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderSearch,
    OrderValue,
)
from portiek.trade.orders.models.purchase import Purchase
from portiek.trade.orders.models.reply import Reply
from portiek.trade.orders.models.shipment import Shipment, ShipmentLine

__all__ = ["STOPPED", "UNDER_WAY", "Cart", "CartLine", "Draft", "Layout", "LineChange", "Lookback", "Order", "OrderLine", "OrderQuerySet", "OrderSearch", "OrderValue", "Purchase", "Reply", "Shipment", "ShipmentLine"]
