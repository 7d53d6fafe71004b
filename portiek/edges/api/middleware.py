"""Who calls the API: found by his key, and only there."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.api import problem
from portiek.core.db import scope
from portiek.core.pace import Pace
from portiek.core.visitor import visitor
from portiek.edges.api import actions
from portiek.edges.api.mount import Outside, caller

# How often a minute the log says of one key that it came from elsewhere: a thief does not fill it.
SAID = 2
pace = Pace()


def note_outside(request: HttpRequest, actor: Actor) -> None:
    """Let the log say that a key was used from where it may not be."""
    if not pace.wait(actor.api_key_id, SAID, time.monotonic()):
        with scope(actor):
            actions.note_outside(actor, place=visitor(request))


class KeyMiddleware:
    """Find the caller of the API by his key, and only there."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):
            request.actor = None  # type: ignore[attr-defined]
            try:
                request.key_actor = caller(request)  # type: ignore[attr-defined]
            except Outside as outside:
                note_outside(request, outside.actor)
                with translation.override(outside.actor.language):
                    return problem(403, "outside", _("This key may not be used from this address. Who manages your company's programs can name it."))
        response: HttpResponse = self.get_response(request)
        if response.status_code == 405 and hasattr(request, "key_actor"):
            answer = problem(405, "method", _("This address is answered to {methods} only.").format(methods=response["Allow"]))
            answer["Allow"] = response["Allow"]
            return answer
        return response
