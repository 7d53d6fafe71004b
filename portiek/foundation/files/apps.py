"""Files as a Django app."""

from portiek.core.modules import ModuleConfig


class FilesConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.files"
    label = "files"
