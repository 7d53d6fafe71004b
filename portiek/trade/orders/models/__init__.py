"""Tables of carts, lists on their way into one, orders, approvals and shipments."""

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
    Shipment,
    ShipmentLine,
)

__all__ = ["STOPPED", "UNDER_WAY", "Cart", "CartLine", "Draft", "Layout", "LineChange", "Lookback", "Order", "OrderLine", "OrderQuerySet", "OrderSearch", "OrderValue", "Shipment", "ShipmentLine"]
