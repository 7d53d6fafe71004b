"""The nine calls of a connector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol, runtime_checkable

from portiek.edges.connectors.contract.calls.reading import Blob, Capabilities, Change, Health, Page, Price, PriceLine
from portiek.edges.connectors.contract.calls.writing import Command, External, Result


class HttpAnswer(Protocol):
    """What a connector needs of an HTTP response."""

    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class HttpClient(Protocol):
    """The one way out.

    httpx's errors tell what was sent: nothing after `ConnectError`, `ConnectTimeout` and `PoolTimeout`.
    """

    def post(self, url: str, *, json: object = None, headers: dict[str, str] | None = None, timeout: float | None = None) -> HttpAnswer: ...


@runtime_checkable
class Connector(Protocol):
    """One ERP. Reads raise ConnectorError; `push` never raises for what the ERP answers and never retries by itself."""

    def capabilities(self) -> Capabilities: ...
    def check(self) -> Health: ...
    def pull(self, entity: str, cursor: str | None, limit: int) -> Page: ...
    def keys(self, entity: str, after: str | None, limit: int) -> list[str]: ...
    def fetch(self, entity: str, external_id: str) -> Change: ...
    def document(self, entity: str, external_id: str, kind: str) -> Blob: ...
    def price(self, party: str, lines: list[PriceLine], day: date) -> list[Price]: ...
    def find(self, command: Command) -> External | None: ...
    def push(self, command: Command) -> Result: ...
