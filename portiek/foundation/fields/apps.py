"""Fields as a Django app."""

from portiek.core.modules import ModuleConfig


class FieldsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.fields"
    label = "fields"
