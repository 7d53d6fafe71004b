"""A keep-alive client on a bare socket: what it costs itself is far below what it measures."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def hidden(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form that goes to this address."""
        text = self.body.decode()
        start = text.index(f'action="{action}"')
        return dict(HIDDEN.findall(text[start : text.index("</form>", start)]))


@dataclass
class Client:
    """One browser that is logged in."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = "localhost"
    _socket: socket.socket | None = None

    def get(self, path: str, **headers: str) -> Answer:
        """Fetch a page. Raises RuntimeError when the server fails."""
        return self.send(self.request("GET", path, b"", headers))

    def post(self, path: str, values: dict[str, str] | list[tuple[str, str]], **headers: str) -> Answer:
        """Send a form."""
        given = list(values.items()) if isinstance(values, dict) else values
        if "csrf" in self.cookies and not any(name == "csrfmiddlewaretoken" for name, _value in given):
            given = [*given, ("csrfmiddlewaretoken", self.cookies["csrf"])]
        return self.send(self.request("POST", path, urlencode(given).encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers}))

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """Write a request; underscores in the names of headers are dashes."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {cookies}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        if method != "GET":
            lines += [f"Content-Length: {len(body)}", f"Origin: http://{self.host}:{self.port}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def send(self, request: bytes) -> Answer:
        """Send what was written and read the answer."""
        begun = time.perf_counter()
        try:
            head, body = self._exchange(request)
        except (OSError, EOFError):
            self.close()  # the server ended an idle connection
            begun = time.perf_counter()
            head, body = self._exchange(request)
        seconds = time.perf_counter() - begun
        lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _colon, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
            headers[name.lower()] = value
        answer = Answer(int(lines[0].split()[1]), headers, body, seconds)
        if answer.status >= 500:
            raise RuntimeError(f"{request.split(b' HTTP', 1)[0].decode()}: {answer.status}")
        return answer

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _blank, body = got.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if found:
            parts, there = [body], len(body)
            while there < int(found.group(1)):
                parts.append(self._more())
                there += len(parts[-1])
            return head, b"".join(parts)
        while not body.endswith(b"0\r\n\r\n"):
            body += self._more()
        return head, _unchunked(body)

    def _more(self) -> bytes:
        assert self._socket is not None
        more = self._socket.recv(1 << 18)
        if not more:
            raise EOFError
        return more

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _unchunked(body: bytes) -> bytes:
    whole = []
    while body:
        size, _line, body = body.partition(b"\r\n")
        whole.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(whole)
