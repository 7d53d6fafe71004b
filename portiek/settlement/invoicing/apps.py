"""Invoicing as a Django app."""

from portiek.core.modules import ModuleConfig


class InvoicingConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.settlement.invoicing"
    label = "invoicing"
