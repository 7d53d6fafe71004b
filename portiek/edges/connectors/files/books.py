"""The books of a connection by files, for its connector: each call is a short scope of its own, or part of the open one where a file is tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import contract
from portiek.edges.connectors.files import queries, wording
from portiek.edges.connectors.files.fields import LAYOUTS
from portiek.edges.connectors.files.folder import Folder
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.remote import Remote

Row = tuple[int, str, dict[str, Any] | None]


class FileBooks:
    """What files said. `inside`: a scope is open already, so that what is tried in it is seen."""

    def __init__(self, actor: Actor, connection_id: int, *, inside: bool = False) -> None:
        self.actor, self.connection_id, self.inside = actor, connection_id, inside

    @contextmanager
    def _open(self) -> Iterator[None]:
        if self.inside:
            yield
            return
        with scope(self.actor, read_only=True):
            yield

    def since(self, entity: str, seq: int, limit: int) -> list[Row]:
        """Return records that changed after a counter."""
        with self._open():
            return queries.since(self.actor, self.connection_id, entity, seq, limit)

    def rows(self, entity: str, keys: list[str]) -> list[Row]:
        """Return records by their keys."""
        with self._open():
            return queries.records(self.actor, self.connection_id, entity, keys)

    def parts(self, entity: str, keys: list[str]) -> dict[str, dict[str, list[tuple[str, dict[str, Any]]]]]:
        """Return the parts of records, by record and kind of part."""
        found: dict[str, dict[str, list[tuple[str, dict[str, Any]]]]] = {}
        with self._open():
            for part in LAYOUTS[entity].parts:
                for parent, key, body in queries.parts(self.actor, self.connection_id, f"{entity}.{part}", keys):
                    found.setdefault(parent, {}).setdefault(part, []).append((key, body))
        return found

    def long(self, keys: list[str], most: int) -> set[str]:
        """Return which of these price lists have more lines than `most`."""
        with self._open():
            return queries.long_lists(self.actor, self.connection_id, keys, most)

    def portion(self, key: str, after: str | None, limit: int) -> list[tuple[str, dict[str, Any]]]:
        """Return lines of a price list by product, of products after `after`."""
        with self._open():
            return queries.lines_by_product(self.actor, self.connection_id, key, after, limit)

    def is_written(self, entity: str) -> bool:
        """Whether a file about an entity is being written into the books."""
        with self._open():
            return queries.is_written(self.actor, self.connection_id, entity)

    def keys(self, entity: str, after: str, limit: int) -> list[str]:
        """Return the ids that are there."""
        with self._open():
            return queries.keys(self.actor, self.connection_id, entity, after, limit)

    def of_reference(self, reference: str) -> list[tuple[str, str, dict[str, Any]]]:
        """Return what the files said about an order of the portal."""
        with self._open():
            return queries.of_reference(self.actor, self.connection_id, reference)

    def as_of(self, entity: str) -> datetime:
        """Return since when the books are true; NEVER when no file came."""
        with self._open():
            return queries.as_of(self.actor, self.connection_id, entity) or contract.NEVER

    def summary(self) -> str:
        """Return what the books hold, for people who set the connection up."""
        with self._open():
            return ", ".join(f"{wording.layout(layout)}: {number}" for layout, number in queries.counted(self.actor, self.connection_id).items())


def place(portal: str, options: FilesOptions, sighted: dict[str, Any] | None = None) -> Folder | Remote:
    """Return where the files of a connection lie: below its portal's folder, or on an SFTP server. `sighted`: what the last look saw there."""
    return Remote(options, sighted) if options.place == "sftp" else Folder(settings.FILES_ROOT or Path(settings.DATA_DIR) / "exchange", portal, options.folder)
