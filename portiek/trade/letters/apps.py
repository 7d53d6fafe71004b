"""Price letters as a Django app."""

from portiek.core.modules import ModuleConfig


class LettersConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.trade.letters"
    label = "letters"
