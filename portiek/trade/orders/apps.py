"""Orders as a Django app."""

from portiek.core.modules import ModuleConfig


class OrdersConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.orders"
    label = "orders"
