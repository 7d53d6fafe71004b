"""The ways to the next and the previous page of a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from portiek.core.pages import Page, Request


def _link(request: Request, **changes: str | None) -> str | None:
    if not any(changes.values()):
        return None
    kept = {key: value for key, value in request.GET.items() if key not in ("after", "before")}
    return "?" + urlencode({key: value for key, value in {**kept, **changes}.items() if value})


def pages(request: Request, found: Page) -> dict[str, Any]:
    return {"next": _link(request, after=found.next), "previous": _link(request, before=found.previous)}
