"""How a module is loaded: its rights, facts, reactions, jobs, slots and references register when the program starts."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule

PARTS = ("permissions", "facts", "actions", "jobs", "reactions", "slots", "refs", "checks", "personal", "merging")


class ModuleConfig(AppConfig):
    """A module of the house. A missing part is fine; an error inside a part stops the program."""

    default = False

    def __init_subclass__(cls, **options: Any) -> None:
        # Django takes the one class of apps.py that is the default; this base is imported there too, and two would be none.
        super().__init_subclass__(**options)
        cls.default = True

    def ready(self) -> None:
        """Import the parts that register something."""
        for part in PARTS:
            if module_has_submodule(self.module, part):
                import_module(f"{self.name}.{part}")
