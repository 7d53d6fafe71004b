"""Bring the tables up to date: Django's own executor, that draws up only the models that a migration touches."""

from __future__ import annotations

from typing import Any

from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RunSQL
from django.db.migrations.executor import MigrationExecutor

ADDING = (AddConstraint, AddField, AddIndex, CreateModel, RunSQL)


class Executor(MigrationExecutor):
    """Draw up a model by itself where something is only added to it.

    After each operation Django draws up every model that is related to the changed one. Here that is all of them, seven hundred times: two minutes of a fresh
    installation. What only adds needs no other model; before anything else, all are drawn up anew.
    """

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        """Apply one migration and return the state after it."""
        if not all(isinstance(operation, ADDING) for operation in migration.operations):
            state.__dict__.pop("apps", None)
            return super().apply_migration(state, migration, fake, fake_initial)
        state._find_reload_model = _itself
        try:
            return super().apply_migration(state, migration, fake, fake_initial)
        finally:
            del state._find_reload_model


def _itself(app: str, model: str, delay: bool = False) -> set[tuple[str, str]]:
    return {(app, model)}


def migrate(connection: Any, *, tell: bool = False) -> None:
    """Apply what was not applied yet, as the owner of the tables; `tell` prints each. Raises django.db.migrations.exceptions.InconsistentMigrationHistory."""
    progress: Any = _tell if tell else None
    executor = Executor(connection, progress)
    executor.loader.check_consistent_history(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _tell(what: str, /, migration: Any = None, fake: bool = False) -> None:
    if what == "apply_success":
        print(f"  {migration}")
