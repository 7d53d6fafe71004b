"""Quotes as a Django app."""

from portiek.core.modules import ModuleConfig


class QuotesConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.quotes"
    label = "quotes"
