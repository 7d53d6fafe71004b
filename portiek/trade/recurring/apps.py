"""Recurring orders as a Django app."""

from portiek.core.modules import ModuleConfig


class RecurringConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.recurring"
    label = "recurring"
