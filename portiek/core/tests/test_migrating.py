"""The tables are those of the models, though a migration draws up only what it touches."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.migrations import AddField, AlterField, CreateModel, Migration
from django.db.migrations.state import ProjectState
from django.db.models import BigAutoField, CharField

from portiek.core.db.migrating import Executor


def test_every_column_index_and_constraint_is_there():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        columns = set(cursor.fetchall())
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'")
        names = {name for (name,) in cursor.fetchall()}
    models = [model for model in apps.get_models() if model._meta.managed]
    assert len(models) > 100
    assert not [field for model in models for field in model._meta.local_concrete_fields if (model._meta.db_table, field.column) not in columns]
    assert not [item.name for model in models for item in [*model._meta.indexes, *model._meta.constraints] if item.name not in names]


def test_what_only_adds_draws_up_itself_and_anything_else_everything(monkeypatch):
    drawn: list[set[tuple[str, str]] | str] = []
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.apply_migration",
        lambda self, state, *rest: drawn.append(state._find_reload_model("ui", "thing") if "apps" in state.__dict__ else "all") or state,
    )
    state: Any = ProjectState()
    assert state.apps
    executor = Executor(connections["owner"])
    adding, altering = Migration("one", "ui"), Migration("two", "ui")
    adding.operations = [CreateModel("Thing", [("id", BigAutoField(primary_key=True))]), AddField("Thing", "name", CharField())]
    altering.operations = [*adding.operations, AlterField("Thing", "name", CharField(null=True))]
    executor.apply_migration(state, adding)
    executor.apply_migration(state, altering)
    assert drawn == [{("ui", "thing")}, "all"]
    assert "_find_reload_model" not in state.__dict__
