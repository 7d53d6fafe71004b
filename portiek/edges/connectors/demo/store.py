"""The demo ERP's own database: one SQLite file, documents with a counter that goes up at each change, and an agenda."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from portiek.edges.connectors import codec, contract

R = TypeVar("R", bound=contract.Record)
TABLES = """
CREATE TABLE IF NOT EXISTS doc (
 entity TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, ref TEXT NOT NULL DEFAULT '', body TEXT, PRIMARY KEY (entity, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS doc_seq ON doc (entity, seq);
CREATE INDEX IF NOT EXISTS doc_ref ON doc (entity, ref) WHERE ref <> '';
CREATE TABLE IF NOT EXISTS agenda (id INTEGER PRIMARY KEY, due TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS agenda_due ON agenda (due, id);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Store:
    """One company's books. Several processes may use the file: writers wait for each other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=15, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, one writer. Inside another it is part of that."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # -- documents

    def put(self, entity: str, key: str, record: contract.Record | None, ref: str = "") -> None:
        """Write a document (None: it is gone) and move it to the end of its feed."""
        self.put_all(entity, [(key, record, ref)])

    def put_all(self, entity: str, rows: Iterable[tuple[str, contract.Record | None, str]]) -> None:
        """Write many documents."""
        with self.writing():
            seq = int(self.meta("seq", "0"))
            values = []
            for key, record, ref in rows:
                seq += 1
                values.append((entity, key, seq, ref, None if record is None else codec.dump(record)))
            self._db.executemany("INSERT OR REPLACE INTO doc VALUES (?, ?, ?, ?, ?)", values)
            self.set_meta("seq", str(seq))

    def get(self, cls: type[R], entity: str, key: str) -> R | None:
        """Return a document, or None."""
        row = self._db.execute("SELECT body FROM doc WHERE entity = ? AND id = ?", (entity, key)).fetchone()
        return codec.load(cls, row[0]) if row and row[0] else None

    def row(self, entity: str, key: str) -> tuple[int, contract.Record | None] | None:
        """Return a document with its counter."""
        found = self._db.execute("SELECT seq, body FROM doc WHERE entity = ? AND id = ?", (entity, key)).fetchone()
        return (found[0], self._read(entity, found[1])) if found else None

    def since(self, entity: str, seq: int, limit: int) -> list[tuple[int, str, contract.Record | None]]:
        """Return documents that changed after a counter, in that order."""
        rows = self._db.execute("SELECT seq, id, body FROM doc WHERE entity = ? AND seq > ? ORDER BY seq LIMIT ?", (entity, seq, limit))
        return [(row[0], row[1], self._read(entity, row[2])) for row in rows]

    def by_ref(self, entity: str, ref: str) -> list[str]:
        """Return the ids of documents with a reference, oldest first. References repeat: this ERP refuses no double, as most."""
        return [row[0] for row in self._db.execute("SELECT id FROM doc WHERE entity = ? AND ref = ? AND body IS NOT NULL ORDER BY id", (entity, ref))]

    def keys(self, entity: str, after: str | None, limit: int) -> list[str]:
        """Return ids above `after`."""
        rows = self._db.execute("SELECT id FROM doc WHERE entity = ? AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?", (entity, after or "", limit))
        return [row[0] for row in rows]

    def count(self, entity: str) -> int:
        """Return how many documents there are."""
        return int(self._db.execute("SELECT count(*) FROM doc WHERE entity = ? AND body IS NOT NULL", (entity,)).fetchone()[0])

    def pick(self, cls: type[R], entity: str, place: float) -> R | None:
        """Return the document at a place between 0 and 1, in the order of ids."""
        number = self.count(entity)
        row = (
            self._db.execute(
                "SELECT body FROM doc WHERE entity = ? AND body IS NOT NULL ORDER BY id LIMIT 1 OFFSET ?", (entity, min(int(place * number), number - 1))
            ).fetchone()
            if number
            else None
        )
        return codec.load(cls, row[0]) if row else None

    def all(self, cls: type[R], entity: str) -> list[R]:
        """Return every document of an entity; for small ones."""
        return [codec.load(cls, row[0]) for row in self._db.execute("SELECT body FROM doc WHERE entity = ? AND body IS NOT NULL ORDER BY id", (entity,))]

    def _read(self, entity: str, body: str | None) -> contract.Record | None:
        return cast("contract.Record", codec.load(contract.type_of_record[entity], body)) if body else None

    # -- numbers, switches

    def meta(self, key: str, default: str) -> str:
        """Return a value of the books."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else default

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value of the books."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def number(self, name: str, start: int) -> int:
        """Return the next number of a series."""
        found = int(self.meta(f"number.{name}", str(start)))
        self.set_meta(f"number.{name}", str(found + 1))
        return found

    def faults(self) -> dict[str, Any]:
        """Return the fault switches; see `faults.py`."""
        return cast("dict[str, Any]", json.loads(self.meta("faults", "{}")))

    def set_faults(self, **switches: Any) -> None:
        """Set fault switches, for tests; those not named go off."""
        self.set_meta("faults", json.dumps(switches))

    # -- agenda

    def plan(self, due: datetime, kind: str, subject: str) -> None:
        """Plan something for later."""
        self._db.execute("INSERT INTO agenda (due, kind, subject) VALUES (?, ?, ?)", (due.astimezone(UTC).isoformat(timespec="microseconds"), kind, subject))

    def due(self, now: datetime) -> tuple[datetime, str, str] | None:
        """Take the next thing that is due off the agenda: when, what, about what."""
        row = self._db.execute(
            "SELECT id, due, kind, subject FROM agenda WHERE due <= ? ORDER BY due, id LIMIT 1", (now.astimezone(UTC).isoformat(timespec="microseconds"),)
        ).fetchone()
        if row is None:
            return None
        self._db.execute("DELETE FROM agenda WHERE id = ?", (row[0],))
        return datetime.fromisoformat(row[1]), row[2], row[3]

    def planned(self, kind: str) -> int:
        """Return how often something is on the agenda."""
        return int(self._db.execute("SELECT count(*) FROM agenda WHERE kind = ?", (kind,)).fetchone()[0])
