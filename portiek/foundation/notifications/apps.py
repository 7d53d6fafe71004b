"""Notifications as a Django app."""

from portiek.core.modules import ModuleConfig


class NotificationsConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.notifications"
    label = "notifications"
