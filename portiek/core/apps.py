"""The core as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Holds the tables of facts; knows no business word."""

    name = "portiek.core"
    label = "core"
