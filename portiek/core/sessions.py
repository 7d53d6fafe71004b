"""What is kept of a session's secret."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest


def token_hash(token: str) -> bytes:
    """Return the hash (SHA-256) under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def session_of(request: HttpRequest) -> bytes:
    """Return the hash of the request's session cookie; that of the empty text when there is none."""
    return token_hash(request.COOKIES.get(settings.SESSION_COOKIE, ""))
