"""A few products beside each other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.pages import Request, page, render
from portiek.trade.catalog import permissions, queries
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.views.product import _amount, _cart_url, _prices
from portiek.trade.catalog.words import is_worded, said, stock_status


def compare_url(skus: list[str]) -> str:
    """Return where these products stand beside each other."""
    return f"{reverse('catalog:compare')}?{urlencode({'p': skus}, doseq=True)}"


@page(permissions.VIEW)
def compare(request: Request) -> HttpResponse:
    """Show up to four products beside each other: own prices, stock and attributes, what differs first. What is compared stands in the address."""
    actor, search = request.actor, request.GET.get("q", "").strip()[:100]
    products = queries.compared(actor, request.GET.getlist("p"))
    skus = [item.sku for item in products]
    there, prices = availability(actor, products), _prices(request, products)
    offered = [item for item in queries.page(actor, search=search, size=8).rows if item.sku not in skus] if search and len(skus) < queries.COMPARED else []
    return render(
        request,
        "catalog/compare.html",
        {
            "products": products,
            "standings": {item.pk: stock_status(item, there[item.pk]) for item in products},
            "prices": prices,
            "rows": _rows(request, products),
            "less": {item.pk: compare_url([sku for sku in skus if sku != item.sku]) for item in products},
            "search": search,
            "offered": [(item, compare_url([*skus, item.sku])) for item in offered],
            "room": len(skus) < queries.COMPARED,
            "cart_url": _cart_url(request),
        },
    )


def _rows(request: Request, products: list[Product]) -> list[tuple[str, list[str], bool]]:
    """Return what is said of the products: label, a value for each, and whether they differ; those that do come first, each group in the portal's order."""
    found = queries.attributes_of(request.actor, [item.pk for item in products])
    values: dict[str, dict[int, str]] = {_("Sold per"): {item.pk: item.unit_label for item in products}, _("Smallest order"): {item.pk: _amount(item.min_quantity, item) for item in products}}
    found = {key: [row for row in rows if request.actor.is_staff or is_worded(row)] for key, rows in found.items()}
    names: dict[int, Any] = {row.attribute_id: row.attribute for rows in found.values() for row in rows}
    for attribute in sorted(names.values(), key=lambda item: (item.position, item.name, item.pk)):
        values[attribute.label] = {row.product_id: said(row) for rows in found.values() for row in rows if row.attribute_id == attribute.pk}
    rows = [(label, [of.get(item.pk, "") for item in products], len({of.get(item.pk, "") for item in products}) > 1) for label, of in values.items()]
    return sorted(rows, key=lambda row: not row[2])
