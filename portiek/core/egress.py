"""The only door to the outside (with `sftp`, which asks it for addresses): no private networks, no redirects, a limit on time and size.

The name is resolved once and the connection goes to the checked address, so that a second answer of the resolver cannot lead elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

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
        pinned, host, named = _pinned(url)
        request = self._client.build_request(method, pinned, **body, headers={**(headers or {}), "Host": named},
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


class Late(Exception):
    """No whole answer came within the time."""


@dataclass(frozen=True)
class Reply:
    """What a receiver answered: status, headers in small letters, the first bytes of the body."""

    status_code: int
    headers: dict[str, str]
    content: bytes


class Courier:
    """Brings messages to one address that somebody outside chose: each within `seconds` as a whole, so that no receiver holds its caller by answering in drops.

    The name is looked up anew for each message. At most `keep` bytes of an answer are read, as they are sent. Use it in a thread of its own, as a context.
    """

    def __init__(self, url: str, *, seconds: float, keep: int = 1024) -> None:
        self.url, self.seconds, self.keep = url, seconds, keep
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=self.seconds, verify=_trust())
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def post(self, content: bytes, headers: dict[str, str]) -> Reply:
        """Bring one message, over TLS unless an operator allows the address. Raises EgressRefused, Late and Unreachable."""
        if not is_callable(self.url):
            raise EgressRefused("not an address to call")
        pinned, host, named = _pinned(self.url)
        try:
            return self._runner.run(self._post(pinned, content, {**headers, "Host": named, "Accept-Encoding": "identity"}, host))
        except (TimeoutError, httpx.TimeoutException) as problem:
            raise Late(f"no whole answer within {self.seconds:g} seconds") from problem

    async def _post(self, pinned: str, content: bytes, headers: dict[str, str], host: str) -> Reply:
        async with asyncio.timeout(self.seconds):
            async with self._client.stream("POST", pinned, content=content, headers=headers, extensions={"sni_hostname": host}) as response:
                kept = b""
                async for chunk in response.aiter_raw():
                    kept += chunk[: self.keep - len(kept)]
                    if len(kept) >= self.keep:
                        break
                return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()}, kept)


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _pinned(url: str) -> tuple[str, str, str]:
    """Return (URL with the checked address in place of the name, the name, the name with its port)."""
    address, host = checked(url)
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"[{address}]{port}" if ":" in address else f"{address}{port}").geturl(), host, f"[{host}]{port}" if ":" in host else f"{host}{port}"


# Ways to write an IPv4 address in an IPv6 one, besides those that Python knows: they lead to where the inner one leads.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"), ipaddress.ip_network("::/96"))


def is_public(address: str) -> bool:
    """Whether an address is on the public internet: neither private, local, multicast nor reserved, nor an IPv4 address in disguise."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (found.ipv4_mapped is not None or found.is_site_local or any(found in net for net in CARRIERS)):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def is_allowed(url: str) -> bool:
    """Whether an operator allows this host and port (EGRESS_ALLOW), also on a private network and without TLS. Raises EgressRefused."""
    parts, host = _parts(url)
    return _is_allowed(host, _port(parts))


def _is_allowed(host: str, port: int) -> bool:
    return f"{host}:{port}" in {item.strip() for item in settings.EGRESS_ALLOW.split(",")}


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _parts(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise EgressRefused(f"not an address to call: {url[:80]!r}") from problem
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password or port == 0:
        raise EgressRefused(f"not an address to call: {url[:80]!r}")
    return parts, host


def checked(url: str) -> tuple[str, str]:
    """Return (address to connect to, host name) of a URL that may be called. Raises EgressRefused."""
    parts, host = _parts(url)
    return checked_host(host, _port(parts)), host


def checked_host(host: str, port: int) -> str:
    """Return the address to connect to of a server that may be called: a public one, or one that an operator allows. Raises EgressRefused, and Unreachable for a name that is not known."""
    allowed = _is_allowed(host, port)
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as problem:
        raise httpx.ConnectError(f"{host} is not known") from problem
    for address in sorted(found):
        if allowed or is_public(address):
            return address
    raise EgressRefused(f"{host} is on a private network; an operator can allow {host}:{port}")


def is_callable(url: str) -> bool:
    """Whether an address may be kept to be called later, without asking a resolver: over TLS and not a private address written out, unless an operator allows it."""
    try:
        parts, host = _parts(url)
        if is_allowed(url):
            return True
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return parts.scheme == "https" and all(is_public(str(item[4][0])) for item in found)
    except EgressRefused:
        return False
    except (OSError, UnicodeError):  # a name, not a number
        return parts.scheme == "https" and not any(sign.isspace() or not sign.isprintable() for sign in url)


def is_found(url: str, *, seconds: float = 2.0) -> bool:
    """Whether an address may be called now and its name is known, for a page: a resolver that takes longer counts as no."""
    answers: list[bool] = []

    def look() -> None:
        try:
            answers.append(bool(checked(url)))
        except (EgressRefused, Unreachable):
            answers.append(False)

    if not is_callable(url):
        return False
    asking = threading.Thread(target=look, daemon=True)
    asking.start()
    asking.join(seconds)
    return answers == [True]
