"""Traces of reading: a download is recorded, in a transaction of its own once the read-only one of its page has closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from portiek.core.actor import Actor
from portiek.core.db import scope


def leave(request: HttpRequest, action: Callable[..., Any], **values: Any) -> None:
    """Let an action run after the page, when what was asked for is handed out whole or in part."""
    request.__dict__.setdefault("traces", []).append((action, values))


def keep(request: HttpRequest, actor: Actor, status: int) -> None:
    """Run what was left, outside any scope. What cannot be recorded is not handed out: an error here is an error of the page."""
    left = request.__dict__.pop("traces", [])
    if left and status < 300 and request.method == "GET":
        with scope(actor):
            for action, values in left:
                action(actor, **values)
