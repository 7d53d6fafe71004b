"""Approvals as a Django app."""

from portiek.core.modules import ModuleConfig


class ApprovalsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.approvals"
    label = "approvals"
