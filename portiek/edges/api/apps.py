"""The API as a Django app."""

from portiek.core.modules import ModuleConfig


class ApiConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.edges.api"
    label = "api"
