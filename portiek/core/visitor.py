"""Where a visitor comes from; never from a header that anyone can write."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the network address of the visitor: what the outermost trusted proxy saw, else that of the connection; None when unknown."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(seen) >= settings.TRUSTED_PROXIES:
            found = seen[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def visitor(request: HttpRequest) -> str:
    """Return under what a visitor is counted: his address, of IPv6 the /64 that one household or company has; "" when unknown."""
    address = address_of(request)
    return str(ipaddress.ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address or "")
