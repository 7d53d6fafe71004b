"""Who calls the API: found by his key, and only there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portiek.core.api import problem
from portiek.edges.api.mount import caller


class KeyMiddleware:
    """Find the caller of the API by his key, and only there."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):
            request.actor = None  # type: ignore[attr-defined]
            request.key_actor = caller(request)  # type: ignore[attr-defined]
        response: HttpResponse = self.get_response(request)
        if response.status_code == 405 and hasattr(request, "key_actor"):
            answer = problem(405, "method", _("This address is answered to {methods} only.").format(methods=response["Allow"]))
            answer["Allow"] = response["Allow"]
            return answer
        return response
