"""Where everyone starts."""

from __future__ import annotations

from django.http import HttpResponse

from portiek.core.pages import Request, page, render


@page(None)
def home(request: Request) -> HttpResponse:
    """Greet, and show what waits."""
    return render(request, "pages/home.html", {})
