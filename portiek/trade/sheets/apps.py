"""Documents of products as a Django app."""

from portiek.core.modules import ModuleConfig


class SheetsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.sheets"
    label = "sheets"
