"""What a key may hold, and how it is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

PREFIX = "ptk_"
SHAPE = re.compile(r"ptk_[A-Za-z0-9_-]{43}")


def key_of(header: str) -> bytes | None:
    """Return the hash of the key in an Authorization header (RFC 6750 section 2.1), or None when there is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer" or not SHAPE.fullmatch(value.strip()):
        return None
    return hash_of(value.strip())


def hash_of(key: str) -> bytes:
    """Return what is kept of a key: it is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).digest()


def lacking(wanted: Iterable[str], held: frozenset[str]) -> list[str]:
    """Return the rights that the maker does not have himself."""
    return sorted(set(wanted) - held)
