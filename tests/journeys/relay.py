"""A relay between portal and ERP, so that a test can let the ERP die after it did what it was asked and before the portal hears of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Relay:
    """Passes TCP connections on to a port of this machine, from a port of its own."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._word, self._strike = b"", lambda: None
        self.struck = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listening.close()

    def strike_at(self, word: str, strike: Callable[[], None]) -> None:
        """Run `strike` once the target answers a request that holds `word`; that answer is never passed on."""
        self.struck.clear()
        self._word, self._strike = word.encode(), strike

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.target)) as server:
            asked = bytearray()
            threading.Thread(target=self._pass_requests, args=(client, server, asked), daemon=True).start()
            while answer := server.recv(65536):
                if self._word and self._word in asked:
                    self._word = b""
                    self._strike()
                    self.struck.set()
                    client.shutdown(socket.SHUT_RDWR)
                    return
                asked.clear()
                client.sendall(answer)

    @staticmethod
    def _pass_requests(client: socket.socket, server: socket.socket, asked: bytearray) -> None:
        with contextlib.suppress(OSError):
            while request := client.recv(65536):
                asked += request
                server.sendall(request)
            server.shutdown(socket.SHUT_WR)
