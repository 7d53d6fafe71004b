"""Proposals as a Django app."""

from portiek.core.modules import ModuleConfig


class ProposalsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.proposals"
    label = "proposals"
