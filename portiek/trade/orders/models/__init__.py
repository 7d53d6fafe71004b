"""Tables of carts, lists on their way into one, orders, approvals and shipments."""

from portiek.trade.orders.models.draft import Draft, Layout, Lookback
from portiek.trade.orders.models.order import (
    STOPPED,
    UNDER_WAY,
    Approval,
    Cart,
    CartLine,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderSearch,
    OrderValue,
    Shipment,
    ShipmentLine,
)

__all__ = ["STOPPED", "UNDER_WAY", "Approval", "Cart", "CartLine", "Draft", "Layout", "Lookback", "Order", "OrderLine", "OrderQuerySet", "OrderSearch", "OrderValue", "Shipment", "ShipmentLine"]
