"""The web process as the server runs it: what streams is asynchronous."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest
from django.conf import settings

from portiek.config.testing import other_database
from portiek.foundation.accounts.cast import open_session

pytestmark = pytest.mark.no_database


async def get(path: str, host: str, cookie: str) -> tuple[int, bytes]:
    """Ask as a browser that goes away after the first part of the answer's body."""
    from portiek.config.asgi import application

    sent: list[dict[str, Any]] = []
    gone, asked = asyncio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if path == "/live/" and message.get("body"):
            gone.set()

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
             "headers": [(b"host", host.encode()), (b"cookie", cookie.encode())], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
    await asyncio.wait_for(application(scope, receive, send), 20)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_no_stream_is_read_whole_first():
    built = next((settings.STATIC_ROOT / "ui").glob("*.css"))
    with other_database("asgi"), warnings.catch_warnings():
        warnings.simplefilter("error")
        host, token = open_session("sanne")
        cookie = f"{settings.SESSION_COOKIE}={token}"
        status, body = asyncio.run(get(f"/static/ui/{built.name}", host, cookie))
        assert (status, body) == (200, built.read_bytes())
        status, body = asyncio.run(get("/live/", host, cookie))
        assert (status, body) == (200, b"retry: 2000\n\n")
