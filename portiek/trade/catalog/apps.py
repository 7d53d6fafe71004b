"""The catalogue as a Django app."""

from portiek.core.modules import ModuleConfig


class CatalogConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.catalog"
    label = "catalog"
