"""Cent parity as a Django app."""

from portiek.core.modules import ModuleConfig


class ParityConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.settlement.parity"
    label = "parity"
