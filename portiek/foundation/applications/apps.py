"""Requests for an account as a Django app."""

from portiek.core.modules import ModuleConfig


class ApplicationsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.applications"
    label = "applications"
