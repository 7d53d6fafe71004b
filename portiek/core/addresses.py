"""Business keys in addresses: `<key:number>` takes every number there is, also those of an ERP with a slash ("INV/2026/0001")."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class Key:
    """A key as one part of a path, its slashes written as JSON Pointer does (RFC 6901): ~1, and ~ itself as ~0; dots alone, which a browser takes away, as ~2."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the key itself."""
        return value.replace("~2", ".").replace("~1", "/").replace("~0", "~")

    def to_url(self, value: Any) -> str:
        """Write a key for an address."""
        text = str(value).replace("~", "~0").replace("/", "~1")
        return text if text.strip(".") else text.replace(".", "~2")


def whole(host: str, path: str) -> str:
    """Return a path as others call it from outside: the host is that of the portal's record, never that of a request."""
    return f"{settings.LINK_SCHEME}://{host}{settings.LINK_PORT}{path}"
