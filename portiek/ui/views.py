"""The gallery, and the style sheet that holds a portal's colour."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portiek.ui import brand


def brand_sheet(request: HttpRequest, hue: int, chroma: int) -> HttpResponse:
    """Answer the style sheet of a colour; its address says the colour, so it may be kept for ever."""
    response = HttpResponse(brand.sheet(hue, chroma), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
