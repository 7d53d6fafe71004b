"""Setting up a portal: what is left to do, and how it looks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import steps as setting_up
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, public, render
from portiek.edges.pages import forms
from portiek.foundation.parties import actions, permissions, queries
from portiek.ui import colour


@page(permissions.PORTAL_MANAGE, audience="staff")
def steps(request: Request) -> HttpResponse:
    """Show what a portal needs before it can open, what is done and what comes next."""
    found = setting_up.steps(request.actor)
    needed = [stand.done for step, stand in found if not step.optional]
    following = next((step.key for step, stand in found if not step.optional and not stand.done), "")
    return render(request, "pages/setup.html", {"steps": found, "following": following, "done": sum(needed), "of": len(needed)})


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff")
def branding(request: Request) -> HttpResponse:
    """Change name, colour, logo and how the portal is reached; the preview shows the whole page in another colour and keeps nothing."""
    portal = queries.portal(request.actor)
    form = forms.Branding(request.POST or None, request.FILES or None, initial=forms.Branding.initial_of(portal))
    shown = (portal.hue, float(portal.chroma))
    if form.is_bound and form.is_valid():
        values = form.values()
        shown = (values.get("hue", portal.hue), float(values.get("chroma", portal.chroma)))
        if "preview" in request.POST:
            request.portal = replace(request.portal, hue=shown[0], chroma=shown[1])
        else:
            try:
                actions.change_portal(request.actor, values=values, logo=form.picture(), drop_logo=form.cleaned_data["drop_logo"])
                messages.success(request, _("The portal looks as you chose from now on."))
                return HttpResponseRedirect(reverse("pages:branding"))
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    values_shown: dict[str, Any] = {"form": form, "logo": portal.logo, "contrasts": _contrasts(*shown), "preview": "preview" in request.POST and form.is_valid()}
    return render(request, "pages/branding.html", values_shown, status=422 if form.is_bound and form.errors else 200)


def _contrasts(hue: int, chroma: float) -> list[tuple[str, Decimal, bool]]:
    """Return how well words are read where the colour is used: in light, in dark and in mails. The lightness of each stands in tokens.css."""
    pairs = [
        (_("Button by day"), "#ffffff", colour.hex_of(hue, chroma, 0.43)),
        (_("Button by night"), colour.hex_of(hue, 0.03, 0.19), colour.hex_of(hue, chroma, 0.76)),
        (_("Button in a mail"), "#ffffff", colour.hex_of(hue, chroma)),
    ]
    return [(label, Decimal(f"{ratio:.1f}"), ratio >= forms.LEAST_CONTRAST) for label, ratio in ((label, colour.contrast(one, two)) for label, one, two in pairs)]


@public()
def logo(request: Request, digest: str) -> HttpResponse:
    """Answer the logo; its address says its content, so it may be kept for ever."""
    response = HttpResponse(queries.logo(request.actor, digest), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
