"""The portal on a phone's home screen: its manifest and its icon."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.urls import reverse

from portiek.core.errors import NotFound
from portiek.core.pages import Request, public
from portiek.edges.pages import icon
from portiek.ui.colour import hex_of

SIZES = (180, 192, 512)


@public("GET", scoped=False)
def manifest(request: Request) -> HttpResponse:
    """Answer what a browser needs to keep the portal as an app: name, colour, icon. W3C Web Application Manifest."""
    portal = request.portal
    icons = [{"src": reverse("pages:icon", args=[icon.mark(portal), size]), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose} for size in SIZES[1:] for purpose in ("any", "maskable")]
    found = {"name": portal.name, "short_name": portal.name.split()[0] if len(portal.name) > 12 else portal.name, "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": request.LANGUAGE_CODE,
             "theme_color": hex_of(portal.hue, float(portal.chroma)), "background_color": "#ffffff", "icons": icons}  # fmt: skip
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8", headers={"Cache-Control": "public, max-age=3600"})


@public("GET", scoped=False)
def app_icon(request: Request, mark: str, size: int) -> HttpResponse:
    """Answer the icon; its address says how it looks, so it may be kept for ever. Raises NotFound for another look or size than the portal has."""
    if mark != icon.mark(request.portal) or size not in SIZES:
        raise NotFound
    return HttpResponse(icon.drawn(request.portal.name[:1].upper(), hex_of(request.portal.hue, float(request.portal.chroma)), size), content_type="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})
