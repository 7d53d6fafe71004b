"""Django's PostgreSQL engine in which no statement runs outside a scope.

The scope rides on BEGIN: no extra round trip. `_start_query` is a private hook of psycopg; `tests/test_scope.py` pins its behaviour.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.utils.functional import cached_property
from psycopg import Connection, errors, generators
from psycopg.pq import ExecStatus, TransactionStatus

from portiek.core.db.scope import NoScope, set_local, transaction_start


class ScopedConnection(Connection[Any]):
    """A connection that sends its scope along with BEGIN."""

    def _start_query(self) -> Generator[Any, Any, None]:
        if self._autocommit or self.pgconn.transaction_status != TransactionStatus.IDLE:
            return
        self.pgconn.send_query(transaction_start() + b"; " + set_local(self))
        for result in (yield from generators.execute(self.pgconn)):
            if result.status != ExecStatus.COMMAND_OK:
                raise errors.error_from_result(result)


class _Driver:
    """psycopg, but connecting with our connection class."""

    connect = ScopedConnection.connect

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses a cursor outside a transaction, so that a forgotten scope is a loud error."""

    Database = _Driver()  # type: ignore[assignment]

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        pool = self.settings_dict["OPTIONS"].get("pool")
        if pool:
            pool["connection_class"] = ScopedConnection

    @cached_property
    def pg_version(self) -> int:
        """Return the server's version without Django's own probe, which opens a cursor in autocommit."""
        self.ensure_connection()
        return int(self.connection.info.server_version)

    def create_cursor(self, name: str | None = None) -> Any:
        """Open a cursor inside a scope."""
        if self.get_autocommit():
            raise NoScope("open scope(actor) first")
        return super().create_cursor(name)
