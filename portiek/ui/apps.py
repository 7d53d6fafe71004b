"""The Django app of the user interface."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Let Django find the templates, the built assets and the translations."""

    name = "portiek.ui"
    label = "ui"
