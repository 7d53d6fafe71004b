"""The service of a browser's maker on loopback, and a device that reads what it brings: real servers and keys, for tests."""

from __future__ import annotations

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """One browser with keys of its own; `path` is where the service takes messages for it."""

    def __init__(self, service: PushService, path: str) -> None:
        self.path, self._service = path, service
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._service.port}{self.path}"

    def subscription(self, **other: Any) -> str:
        """Return what a browser gives a page, as JSON."""
        public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": text(public), "auth": text(self.auth)}, **other})

    def read(self) -> list[dict[str, Any]]:
        """Return what came for this device, decrypted with its own keys."""
        got = [body for path, _headers, body in self._service.got if path == self.path]
        return [json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")) for body in got]


class PushService:
    """Takes messages for devices and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answer, self.more = 201, {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.answer)
                for name, value in outer.more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def device(self, path: str = "/a") -> Device:
        return Device(self, path)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
