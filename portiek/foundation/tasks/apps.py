"""Tasks as a Django app."""

from portiek.core.modules import ModuleConfig


class TasksConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.tasks"
    label = "tasks"
