"""Electronic ordering as a Django app."""

from portiek.core.modules import ModuleConfig


class ExchangeConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.edges.exchange"
    label = "exchange"
