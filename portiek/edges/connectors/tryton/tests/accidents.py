"""HTTP clients to which things happen."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

from portiek.edges.connectors.contract import HttpAnswer
from tests.erp.tryton.server import TrytonServer


class Http:
    """A plain client that counts the calls of each method."""

    def __init__(self) -> None:
        self.client = httpx.Client(trust_env=False)
        self.methods: list[str] = []

    def post(
        self, url: str, *, json: Any = None, headers: dict[str, str] | None = None, timeout: float | None = None
    ) -> HttpAnswer:
        self.methods.append(json["method"])
        return self.client.post(url, json=json, headers=headers, timeout=timeout)


class LosingHttp(Http):
    """The ERP does what is asked, and the answer to `method` gets lost, once."""

    def __init__(self, method: str) -> None:
        super().__init__()
        self.method = method
        self.lost = False

    def post(
        self, url: str, *, json: Any = None, headers: dict[str, str] | None = None, timeout: float | None = None
    ) -> HttpAnswer:
        answer = super().post(url, json=json, headers=headers, timeout=timeout)
        if json["method"] == self.method and not self.lost:
            self.lost = True
            raise httpx.ReadTimeout("the answer got lost")
        return answer


class KillingHttp(Http):
    """The server is killed `delay` seconds after it was sent `method`, once."""

    def __init__(self, server: TrytonServer, method: str, delay: float) -> None:
        super().__init__()
        self.server = server
        self.method = method
        self.delay = delay
        self.killed = False

    def post(
        self, url: str, *, json: Any = None, headers: dict[str, str] | None = None, timeout: float | None = None
    ) -> HttpAnswer:
        if json["method"] != self.method or self.killed:
            return super().post(url, json=json, headers=headers, timeout=timeout)
        self.killed = True

        def kill() -> None:
            time.sleep(self.delay)
            self.server.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            super().post(url, json=json, headers=headers, timeout=timeout)
        finally:
            killer.join()
        # it was faster than the kill; its answer dies with the connection
        raise httpx.RemoteProtocolError("the server went away")
