"""Answers to what no page answers: unknown addresses, forgeries and our own faults."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portiek.core import pages
from portiek.core.api import problem

CODES = {400: "bad-request", 403: "forbidden", 404: "not-found", 500: "server-error"}


def _answer(request: HttpRequest, status: int, happened: str, kept: str, todo: str) -> HttpResponse:
    if request.path.startswith("/api/v1/"):
        return problem(status, CODES[status], todo, title=happened, kept=kept)
    return pages.error(request, status, happened, kept, todo)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer an unknown address; the same for what exists but is not yours."""
    return _answer(request, 404, _("This page does not exist, or not for you."), _("Nothing was changed."), _("Check the address, or start again from the overview."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a request without the right."""
    return _answer(request, 403, _("You do not have the right to do this."), _("Nothing was changed."), _("Ask the administrator of your company for it."))


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer what cannot be read."""
    return _answer(request, 400, _("This request could not be read."), _("Nothing was changed."), _("Go back and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own fault; the transaction was rolled back."""
    return _answer(request, 500, _("Something went wrong on our side."), _("What you were changing was not saved; everything before it was."),
                   _("Try again in a minute. Does it happen again, then tell your contact the number below."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old."""
    return _answer(request, 403, _("This form was open too long, or came from another place."), _("Nothing was changed."), _("Go back, reload the page and send it again."))
