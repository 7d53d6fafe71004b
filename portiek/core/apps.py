"""The core as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Holds the tables of facts; knows no business word."""

    name = "portiek.core"
    label = "core"

    def ready(self) -> None:
        """Let queries say `among`."""
        from portiek.core.db import among as among
