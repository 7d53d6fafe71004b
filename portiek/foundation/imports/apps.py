"""Imports as a Django app."""

from portiek.core.modules import ModuleConfig


class ImportsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.imports"
    label = "imports"
