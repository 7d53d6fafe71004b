"""Pictures of products: the doors at which they are handed out, and what staff bring in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page
from portiek.trade.catalog import actions, forms, permissions, queries
from portiek.trade.catalog.views.product import _detail


def _answer(content: bytes) -> HttpResponse:
    """Answer a picture that its address says the content of: kept by the reader's own browser alone, since not everybody sees the product."""
    response = HttpResponse(content, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page(permissions.VIEW)
def picture(request: Request, digest: str) -> HttpResponse:
    """Hand out a picture of a product."""
    path, _sha256 = queries.picture(request.actor, digest)
    return _answer(path.read_bytes())


@page(permissions.VIEW)
def thumbnail(request: Request, digest: str) -> HttpResponse:
    """Hand out the small picture of a product, as lists show it."""
    return _answer(queries.thumbnail(request.actor, digest))


@page(permissions.MANAGE, "POST", audience="staff")
def set_picture(request: Request, sku: str) -> HttpResponse:
    """Show a picture that staff bring in."""
    product, form = queries.product(request.actor, sku), forms.Picture(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.set_picture(request.actor, product=product, content=form.content())
            messages.success(request, _("The picture is shown."))
            return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _detail(request, product, picture=form, status=422)


@page(permissions.MANAGE, "POST", audience="staff")
def remove_picture(request: Request, sku: str) -> HttpResponse:
    """Take the picture away that staff brought in."""
    product = queries.product(request.actor, sku)
    try:
        actions.remove_picture(request.actor, product=product)
        messages.success(request, _("The picture has been taken away."))
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
