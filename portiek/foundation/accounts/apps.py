"""Accounts as a Django app."""

from portiek.core.modules import ModuleConfig


class AccountsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.accounts"
    label = "accounts"
