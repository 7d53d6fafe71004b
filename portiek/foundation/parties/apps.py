"""Parties as a Django app."""

from portiek.core.modules import ModuleConfig


class PartiesConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.parties"
    label = "parties"
