"""Pages as a Django app."""

from portiek.core.modules import ModuleConfig


class PagesConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.edges.pages"
    label = "pages"
