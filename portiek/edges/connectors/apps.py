"""Connectors as a Django app."""

from portiek.core.modules import ModuleConfig


class ConnectorsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.edges.connectors"
    label = "connectors"
