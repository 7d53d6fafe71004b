"""Prices as a Django app."""

from portiek.core.modules import ModuleConfig


class PricingConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.pricing"
    label = "pricing"
