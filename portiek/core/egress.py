"""The only door to the outside: no private networks, no redirects, a limit on time and size.

The name is resolved once and the connection goes to the checked address, so that a second answer of the resolver cannot lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

MAX_BYTES = 32 * 1024 * 1024
# What a call raises when nothing answers, for those who may not know the client.
Unreachable = httpx.TransportError


class EgressRefused(ValueError):
    """The address may not be called."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers and the whole body."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        """Parse the body as JSON."""
        return httpx.Response(self.status_code, content=self.content).json()


class Egress:
    """A client for one vendor: `post` and `get`. Raises EgressRefused, httpx.TimeoutException, httpx.ConnectError.

    `timeout`: seconds for each step of a call; `at_most`: for the whole, where somebody waits for it.
    """

    def __init__(self, timeout: float = 10.0, max_bytes: int = MAX_BYTES, at_most: float | None = None) -> None:
        self.timeout, self.max_bytes, self.at_most = timeout, max_bytes, at_most
        self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=timeout)

    def get(self, url: str, headers: dict[str, str] | None = None, timeout: float | None = None) -> Answer:
        """Fetch an address."""
        return self._call("GET", url, headers, timeout, {})

    def post(self, url: str, json: Any = None, headers: dict[str, str] | None = None, timeout: float | None = None) -> Answer:
        """Send JSON to an address."""
        return self._call("POST", url, headers, timeout, {"json": json})

    def post_form(self, url: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """Send the fields of a form to an address."""
        return self._call("POST", url, headers, None, {"data": form})

    def _call(self, method: str, url: str, headers: dict[str, str] | None, timeout: float | None, body: dict[str, Any]) -> Answer:
        address, host = checked(url)
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        pinned = parts._replace(netloc=f"[{address}]{port}" if ":" in address else f"{address}{port}").geturl()
        request = self._client.build_request(method, pinned, **body, headers={**(headers or {}), "Host": f"{host}{port}"},
                                             timeout=timeout or self.timeout, extensions={"sni_hostname": host})
        begun = time.monotonic()
        response = self._client.send(request, stream=True)
        try:
            content = b""
            for chunk in response.iter_bytes():
                content += chunk
                if self.at_most is not None and time.monotonic() - begun > self.at_most:
                    raise httpx.ReadTimeout(f"{host} takes longer than {self.at_most} seconds", request=request)
                if len(content) > self.max_bytes:
                    raise EgressRefused(f"the answer of {host} is larger than {self.max_bytes} bytes")
        finally:
            response.close()
        return Answer(response.status_code, dict(response.headers), content)


def checked(url: str) -> tuple[str, str]:
    """Return (address to connect to, host name) of a URL that may be called. Raises EgressRefused."""
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise EgressRefused(f"not an address to call: {url[:80]!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    allowed = f"{host}:{port}" in {item.strip() for item in settings.EGRESS_ALLOW.split(",")}
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as problem:
        raise httpx.ConnectError(f"{host} is not known") from problem
    for address in sorted(found):
        if allowed or ipaddress.ip_address(address.split("%")[0]).is_global:
            return address, host
    raise EgressRefused(f"{host} is on a private network; an operator can allow {host}:{port}")
