"""Punch-out as a Django app."""

from portiek.core.modules import ModuleConfig


class PunchoutConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.edges.punchout"
    label = "punchout"
