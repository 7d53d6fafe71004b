"""How stock is said to a buyer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from portiek.trade.catalog import rules
from portiek.trade.catalog.models import Product, Stock
from portiek.ui import format


def stock_status(product: Product, rows: Sequence[Stock]) -> tuple[str, str]:
    """Return (kind of status, text) of a product's stock, given per warehouse."""
    standing = rules.standing([(row.available, row.expected_at, row.expected_quantity) for row in rows], product.min_quantity)
    if not product.is_active:
        return "stop", _("No longer sold")
    there, more, day = format.quantity(standing.available), format.quantity(standing.expected_quantity), format.day(standing.expected_at)
    if standing.state == "available":
        if standing.expected_at and standing.expected_quantity:
            return "ok", _("%(there)s in stock, %(more)s more %(day)s") % {"there": there, "more": more, "day": day}
        return "ok", _("%(there)s in stock") % {"there": there}
    if standing.state == "expected":
        return "wait", _("Out of stock, expected %(day)s") % {"day": day} if standing.available == 0 else _(
            "Only %(there)s in stock, more expected %(day)s"
        ) % {"there": there, "day": day}
    if standing.state == "some":
        return "wait", _("Only %(there)s in stock") % {"there": there}
    if standing.state == "none":
        return "stop", _("Out of stock")
    return "rest", _("Stock on request")
