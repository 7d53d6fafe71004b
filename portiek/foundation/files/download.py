"""Answering with a file: as an attachment, in parts, a chunk in memory at a time.

Django under ASGI reads a whole synchronous stream into memory before it sends the first byte; there an asynchronous one is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from portiek.foundation.files import rules, storage

CSP = "sandbox; default-src 'none'"


def attachment(request: HttpRequest, path: Path, *, name: str, media_type: str, etag: str) -> HttpResponse:
    """Answer with a file or the part of it that is asked for. The path is opened after the request's scope has closed."""
    size, tag = path.stat().st_size, f'"{etag}"'
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        wanted = ""
    response: HttpResponse
    try:
        part = rules.byte_range(wanted, size) if wanted else None
    except ValueError:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part or (0, size - 1)
    if request.method == "HEAD" or not size:
        response = HttpResponse()
    else:
        made = StreamingHttpResponse(_async(path, first, last) if isinstance(request, ASGIRequest) else storage.read(path, first, last))
        response = made  # type: ignore[assignment]
    response.status_code = 206 if part else 200
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Content-Type"] = rules.media_type(media_type)
    response["Content-Disposition"] = rules.disposition(name)
    response["Content-Security-Policy"] = CSP
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    return response


async def _async(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    chunks = storage.read(path, first, last)
    try:
        while chunk := await asyncio.to_thread(next, chunks, b""):
            yield chunk
    finally:
        await asyncio.to_thread(chunks.close)  # type: ignore[attr-defined]
