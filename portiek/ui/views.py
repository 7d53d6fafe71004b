"""The gallery, and the style sheet that holds a portal's colour."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines

from portiek.core.pages import page, public, render
from portiek.ui import brand, samples


@page(None)
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in its states, with the call that makes it."""
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return render(request, "ui/gallery.html", samples.page(environment))


@public()
def brand_sheet(request: HttpRequest, hue: int, chroma: int) -> HttpResponse:
    """Answer the style sheet of a colour; its address says the colour, so it may be kept for ever."""
    response = HttpResponse(brand.sheet(hue, chroma), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
