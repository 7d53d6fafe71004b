"""The description of the API that the portal serves itself."""

from __future__ import annotations

import json
from functools import cache

from django.http import HttpRequest, HttpResponse

from portiek.core.addresses import whole
from portiek.core.pages import Request, page, render
from portiek.edges.api import documentation
from portiek.edges.api.mount import schema


def description(request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI 3.1 document; it holds no data of anyone."""
    return HttpResponse(_written(), content_type="application/json")


@cache
def _written() -> bytes:
    return json.dumps(schema(), ensure_ascii=False).encode()


@page(None)
def read_documentation(request: Request) -> HttpResponse:
    """Show the description as a page to read."""
    made = schema()
    context = {
        "groups": documentation.groups(made), "conventions": documentation.conventions(), "problems": documentation.problems(made), "version": made["info"]["version"],
        "events": documentation.told_of(), "base": whole(request.portal.host, "/api/v1"),
    }
    return render(request, "api/documentation.html", context)


description.access = ("public", ["GET", "HEAD"], None)  # type: ignore[attr-defined]
