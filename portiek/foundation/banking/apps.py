"""Bank accounts as a Django app."""

from portiek.core.modules import ModuleConfig


class BankingConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.banking"
    label = "banking"
