"""Between the web server and the pages: which portal, who, in which language, and the headers of every answer."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from whitenoise.middleware import WhiteNoiseMiddleware

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
       "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
HEADERS = {
    "Content-Security-Policy": CSP,
    # Never to another site. Not `no-referrer`: with that a browser sends `Origin: null` with every form, which the check on forged forms refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def bad_request(request: HttpRequest) -> HttpResponse:
    """Answer an address that cannot be read."""
    answer: HttpResponse = import_string(settings.BAD_REQUEST)(request)
    return answer


async def _together(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    yield await sync_to_async(b"".join)(parts)


class StaticFiles(WhiteNoiseMiddleware):
    """The built scripts and styles; under ASGI as an asynchronous stream, as Django wants it there."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> Any:
        """Answer with one file."""
        response = WhiteNoiseMiddleware.serve(static_file, request)
        if isinstance(request, ASGIRequest):
            response.streaming_content = _together(response.streaming_content)
        return response


class PortiekMiddleware:
    """Identify portal and person with one statement, then answer with strict headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.identify: Callable[[HttpRequest], None] = import_string(settings.IDENTIFY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        request.htmx = request.headers.get("HX-Request") == "true"  # type: ignore[attr-defined]
        self.identify(request)
        with translation.override(request.LANGUAGE_CODE), timezone.override(request.TIME_ZONE):  # type: ignore[attr-defined]
            # No text of ours holds a NUL, and PostgreSQL takes none: forms refuse it by themselves, addresses here.
            response = bad_request(request) if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info else self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if settings.SECURE_COOKIES:
            response.setdefault("Strict-Transport-Security", "max-age=31536000")
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        response.setdefault("Cache-Control", "private, no-store")
        return response
