"""One connection with an ERP for the length of a job: the connector, its limits, the calls counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import actions, contract, queries, rules, vendors
from portiek.edges.connectors.models import Connection

T = TypeVar("T")
# How long after a broken answer the ERP may still commit what it was asked.
LONGEST_COMMIT = 120.0


class Session:
    """A connector, made once a job. Never used inside a scope: it calls the outside."""

    def __init__(self, actor: Actor, connection: Connection, connector: contract.Connector, http: vendors.CountingHttp) -> None:
        self.actor, self.connection, self.connector, self._http = actor, connection, connector, http
        self.capabilities = connector.capabilities()
        self.longest_commit = float(getattr(connector, "longest_commit", LONGEST_COMMIT))

    def counted(self, call: Callable[[contract.Connector], T]) -> T:
        """Make a call and count what went out. Raises what the connector raises."""
        before = self._http.calls
        try:
            return call(self.connector)
        finally:
            if self._is_limited:
                with scope(self.actor):
                    actions.count_calls(self.actor, connection=self.connection, calls=max(1, self._http.calls - before))

    @property
    def _is_limited(self) -> bool:
        return self.capabilities.calls_per_minute is not None or self.capabilities.calls_per_day is not None

    def has_room(self, *, for_order: bool) -> bool:
        """Whether the vendor's limits leave room for a call."""
        if not self._is_limited:
            return True
        with scope(self.actor):
            minute, day = queries.calls(self.actor, self.connection)
        return rules.room(self.capabilities.calls_per_minute, self.capabilities.calls_per_day, minute, day, for_order=for_order)


def open_session(actor: Actor, connection: Connection, portal: str) -> Session:
    """Make a session. Raises vendors.BadOptions when the options do not fit the vendor any more."""
    try:
        options = vendors.opened(connection.vendor, connection.options, portal_id=connection.portal_id, connection_id=connection.pk)
        http = vendors.CountingHttp()
        return Session(actor, connection, vendors.made(connection.vendor, options, portal=portal, http=http, connection=connection), http)
    except KeyError as problem:
        raise vendors.BadOptions(str(problem)) from problem
