"""How stock and attributes are said to a buyer."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.trade.catalog import etim
from portiek.trade.catalog.availability import Availability
from portiek.trade.catalog.models import Attribute, Product, ProductAttribute
from portiek.ui import format


def stock_status(product: Product, found: Availability) -> tuple[str, str]:
    """Return (kind of status, text) of a product's stock; what is old is grey and says that it is being checked."""
    if not product.is_active:
        return "stop", _("No longer sold")
    kind, text = _status(found)
    return ("rest", _("%(stock)s, is being checked") % {"stock": text}) if found.old and found.available is not None else (kind, text)


def _status(found: Availability) -> tuple[str, str]:
    standing = found.standing
    there, more, day = format.quantity(standing.available), format.quantity(standing.expected_quantity), format.day(found.expected)
    if standing.state == "available":
        if standing.expected_at and standing.expected_quantity:
            return "ok", _("%(there)s in stock, %(more)s more %(day)s") % {"there": there, "more": more, "day": day}
        return "ok", _("%(there)s in stock") % {"there": there}
    if standing.state == "expected" or (found.comes and standing.state in ("some", "none")):
        return "wait", _("Out of stock, expected %(day)s") % {"day": day} if standing.available == 0 else _(
            "Only %(there)s in stock, more expected %(day)s"
        ) % {"there": there, "day": day}
    if standing.state == "some":
        return "wait", _("Only %(there)s in stock") % {"there": there}
    if standing.state == "none":
        return "stop", _("Out of stock")
    return ("wait", _("Not in stock, expected %(day)s") % {"day": day}) if found.comes else ("rest", _("Stock on request"))


def value_in_words(attribute: Attribute, value: str, value_en: str = "") -> str:
    """Return a value of an attribute as people read it: with its unit, a comma or a point, yes or no."""
    if attribute.kind == Attribute.Kind.LOGIC:
        return _("Yes") if value == "1" else _("No")
    if attribute.kind == Attribute.Kind.TEXT:
        return value_en if value_en and get_language() == "en" else value
    low, dots, high = value.partition("..")
    if dots and low != high:
        return _("%(low)s to %(high)s") % {"low": format.quantity(Decimal(low)), "high": format.quantity(Decimal(high), attribute.unit)}
    return format.quantity(Decimal(low), attribute.unit)


def is_worded(row: ProductAttribute) -> bool:
    """Whether people can read what is said: no code of ETIM stands where a name, a value or a unit belongs."""
    return not (row.from_erp and etim.is_bare(row.attribute.name, row.value, row.attribute.unit))


def typed(row: ProductAttribute) -> str:
    """Return what is said of a product as one would type it: figures without signs between their thousands."""
    if row.number is None:
        return said(row)
    figures = [format.decimal_input(Decimal(part)) for part in dict.fromkeys(row.value.split(".."))]
    return f"{'–'.join(figures)} {row.attribute.unit}".strip()


def said(row: ProductAttribute) -> str:
    """Return what is said of a product, in words."""
    return value_in_words(row.attribute, row.value, row.value_en)
