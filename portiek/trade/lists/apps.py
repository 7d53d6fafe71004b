"""Order lists as a Django app."""

from portiek.core.modules import ModuleConfig


class ListsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.lists"
    label = "lists"
