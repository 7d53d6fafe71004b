"""The page on which a customer has his own prices made as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import traces
from portiek.core.errors import Forbidden, NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.files import queries as files
from portiek.foundation.files.download import attachment
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.permissions import VIEW as CATALOG_VIEW
from portiek.trade.pricing import actions, forms, permissions, queries
from portiek.trade.pricing.models import PriceFile


def _asked(given: Any) -> list[tuple[str, str]]:
    """Return what the catalogue is narrowed to beside its category, as pairs of its address."""
    words = given.get("q", "").replace("\0", "").strip()[:100]
    return [*([("q", words)] if words else []), *(("is", text.replace("\0", "")[:260]) for text in given.getlist("is")[:20]), *([("stock", "1")] if given.get("stock") == "1" else [])]


def _wanted(asks: list[tuple[str, str]], category: str) -> dict[str, Any]:
    one = {name: value for name, value in [*asks, ("category", category)] if value and name != "is"}
    several = [value for name, value in asks if name == "is"]
    return one | ({"is": several} if several else {})


@page(permissions.VIEW, "GET", "POST", audience="party")
def price_files(request: Request) -> HttpResponse:
    """Have the own prices of a day made as a file, and show the files that the reader had made."""
    if not request.actor.may(CATALOG_VIEW):
        raise Forbidden(CATALOG_VIEW)
    given = request.POST if request.method == "POST" else request.GET
    asks, today = _asked(given), timezone.localdate()
    held = catalog.facets(request.actor).counts
    categories = [(item.code, item.label) for item in catalog.categories(request.actor) if held.get(item.pk)]
    form = forms.OwnPrices(request.POST if request.method == "POST" else None, initial={"category": given.get("category", ""), "format": PriceFile.Format.PDF}, categories=categories, today=today)
    if form.is_bound and form.is_valid():
        try:
            actions.ask_price_file(request.actor, wanted=_wanted(asks, form.cleaned_data["category"]), day=form.cleaned_data["day"] or today, format=form.cleaned_data["format"])
            messages.success(request, _("Your price list is being made. It stands here as soon as it is ready, for you alone."))
            return HttpResponseRedirect(reverse("pricing:files"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    found = queries.price_files(request.actor)
    within = catalog.narrowed(request.actor, [value for name, value in asks if name == "is"])
    values = {"form": form, "files": found, "busy": any(item.state == PriceFile.State.ASKED for item in found), "asks": asks, "narrowed": [f"{attribute.label}: {value}" for attribute, value in within.chosen],
              "catalogue": reverse("catalog:list") + (f"?{urlencode(asks)}" if asks else "")}
    partial = "#files" if request.headers.get("HX-Request-Type") == "partial" else ""
    return render(request, f"pricing/files.html{partial}", values, status=422 if form.errors else 200)


@page(permissions.VIEW, audience="party")
def price_file(request: Request, key: int) -> HttpResponse:
    """Hand out a price list to who asked for it."""
    found = queries.price_file(request.actor, key)
    if found.file is None:
        raise NotFound
    traces.leave(request, actions.note_price_file_download, found=found)
    return attachment(request, files.path(request.actor, found.file), name=found.file.name, media_type=found.file.media_type, etag=found.file.sha256)
