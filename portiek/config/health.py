"""Is the process alive, and can it serve?"""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, 503 otherwise."""
    try:
        connection.ensure_connection()
        connection.connection.execute("SELECT ctx.portals()")
    except Exception as problem:
        return HttpResponse(f"database: {type(problem).__name__}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


healthz.access = readyz.access = ("public", ["GET", "HEAD"], None)  # type: ignore[attr-defined]
