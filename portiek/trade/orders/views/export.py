"""Orders with all their lines as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.files import rules as names
from portiek.trade.orders import document, forms, permissions, queries
from portiek.trade.orders.line_file import ENDINGS, line_file
from portiek.trade.orders.views.order import KEPT, found_orders


def _file(request: Request, rows: list[Any], ending: str, name: str) -> HttpResponse:
    made = line_file(rows, ending, request.portal.policy, staff=request.actor.is_staff, with_tax=request.member.with_tax)
    return HttpResponse(made, content_type=ENDINGS[ending], headers={"Content-Disposition": names.disposition(names.clean_name(f"{name}.{ending}"))})


@page(permissions.VIEW)
def export_orders(request: Request) -> HttpResponse:
    """Ask over which days, then hand out the orders of the list as it is narrowed, with all their lines."""
    form = forms.Export(request.GET if "format" in request.GET else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            rows = queries.exported(request.actor, found_orders(request).orders, since=given["since"], until=given["until"])
            return _file(request, rows, given["format"], f"{_('orders')}-{timezone.localdate().isoformat()}")
        except Refused as refused:
            form.add_error(None, wording(refused))
    kept = [(name, request.GET[name][:200].replace("\0", "")) for name in KEPT if request.GET.get(name)]
    return render(request, "orders/export.html", {"form": form, "kept": kept}, status=422 if form.is_bound else 200)


@page(permissions.VIEW)
def packing_slip(request: Request, number: str, shipment: int) -> HttpResponse:
    """Hand out what of an order left with a delivery, as it goes with the goods."""
    found = queries.detail(request.actor, number)
    sent = next((item for item in queries.shipments(request.actor, found.order) if item.shipment.pk == shipment and item.has_left), None)
    if sent is None:
        raise NotFound
    made = document.packing_slip(found, sent, request.portal)
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": names.disposition(names.clean_name(f"{sent.shipment.number}.pdf"))})


@page(permissions.VIEW)
def export_order(request: Request, number: str, ending: str) -> HttpResponse:
    """Hand out one order with all its lines."""
    order = queries.order(request.actor, number)
    return _file(request, queries.exported(request.actor, queries.orders(request.actor).filter(pk=order.pk)), ending, order.number)
