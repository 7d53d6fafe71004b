"""Downloads."""

from __future__ import annotations

from django.http import HttpResponse

from portiek.core import traces
from portiek.core.pages import Request, page
from portiek.foundation.files import actions, permissions, queries
from portiek.foundation.files.download import attachment


@page(permissions.VIEW)
def download(request: Request, key: str) -> HttpResponse:
    """Hand out a file; who fetched it is recorded."""
    stored = queries.file(request.actor, key)
    traces.leave(request, actions.note_download, stored=stored)
    return attachment(request, queries.path(request.actor, stored), name=stored.name, media_type=stored.media_type, etag=stored.sha256)
