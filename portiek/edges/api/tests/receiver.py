"""Receivers of webhooks on loopback: real servers that answer as told, or not at all."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """One server; `answer` is a status, or "hang", "drip" (answers a byte now and then), "drip-head", "huge"."""

    def __init__(self, answer: int | str = 204, headers: dict[str, str] | None = None) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer, self.more, self.ended = answer, headers or {}, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.respond(self)

            do_GET = do_POST

            def log_message(self, *_arguments: Any) -> None:
                return None

        class Server(ThreadingHTTPServer):
            daemon_threads, block_on_close, request_queue_size = True, False, 64

            def handle_error(self, *_arguments: Any) -> None:
                return None

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        if self.answer == "hang":
            self.ended.wait(30)
            handler.close_connection = True
            return
        if self.answer == "drip-head":
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
                handler.wfile.write(bytes([byte]))
                if self.ended.wait(0.1):
                    return
            return
        status = self.answer if isinstance(self.answer, int) else 200
        body = b"x" * 5_000_000 if self.answer == "huge" else b"" if status == 204 else b"answer of the receiver"
        handler.send_response(status)
        for name, value in self.more.items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.answer == "drip":
            for number in range(len(body)):
                handler.wfile.write(body[number : number + 1])
                handler.wfile.flush()
                if self.ended.wait(0.5):
                    return
        else:
            try:
                handler.wfile.write(body)
            except OSError:
                handler.close_connection = True

    def wait_for(self, number: int, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while len(self.got) < number and time.monotonic() < end:
            time.sleep(0.02)

    def close(self) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
