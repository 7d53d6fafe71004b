"""A connection by files of the second portal, its folder in a place of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest


class Files:
    """The connection, its folder, and what its files say."""

    def __init__(self, actor: Any, connection: Any, place: Path) -> None:
        self.actor, self.connection, self.place = actor, connection, place

    def put(self, name: str, content: str | bytes | Iterable[str], *, age: float = 60) -> Path:
        """Lay a file in the folder, written so many seconds ago."""
        path = self.place / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else (content if isinstance(content, str) else "\n".join(content) + "\n").encode())
        if age:
            told = path.stat().st_mtime - age
            os.utime(path, (told, told))
        return path

    def map(self, layout: str, *, whole: bool = True, pattern: str = "", **fields: Any) -> None:
        """Say how a kind of file is read: field="Column" or field={"column": ..., "change": ...}; two underscores for the dot of a part."""
        from portiek.core.db import scope
        from portiek.edges.connectors.files import actions, mapping

        body = {"pattern": pattern, "whole": whole, "fields": {name.replace("__", "."): {"column": told} if isinstance(told, str) else told for name, told in fields.items()}}
        with scope(self.actor):
            actions.save_mapping(self.actor, connection=self.connection, mapped=mapping.from_json(layout, body))

    def look(self) -> int:
        """Look into the folder now and read what came; not what the feeds make of it."""
        from portiek.core.db import scope
        from portiek.edges.connectors.files import actions, collecting

        with scope(self.actor):
            actions.ask_look(self.actor, connection=self.connection)
        return collecting.look(self.actor, self.connection.pk)

    def run(self) -> Any:
        """Look, then let the engine go round."""
        from portiek.edges.connectors import engine

        self.look()
        return engine.run_once(self.connection)

    def last(self) -> Any:
        from portiek.core.db import scope
        from portiek.edges.connectors.models import FileDelivery

        with scope(self.actor):
            return FileDelivery.objects.filter(connection=self.connection).order_by("-pk").first()

    def rows(self) -> list[Any]:
        from portiek.core.db import scope
        from portiek.edges.connectors.models import FileRow

        with scope(self.actor):
            return list(FileRow.objects.filter(delivery__connection=self.connection).order_by("delivery_id", "number"))


def connected(actor: Any, root: Path, slug: str, **options: Any) -> Files:
    """Connect a portal by files."""
    from django.utils import timezone

    from portiek.core.db import scope
    from portiek.edges.connectors import actions
    from portiek.edges.connectors.files.options import FilesOptions

    with scope(actor):
        connection = actions.add_connection(actor, vendor="files", label="Bestanden", options=FilesOptions(**{"quiet": 0, "every_minutes": 0, **options}))
    assert timezone.now() >= connection.created_at
    return Files(actor, connection, root / slug / "erp")


@pytest.fixture
def files(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    return connected(cast.system_of_brand, tmp_path, "brand")
