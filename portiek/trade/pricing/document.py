"""A price agreement as a PDF, in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.trade.catalog.models import Product
from portiek.trade.pricing import words
from portiek.trade.pricing.models import Agreement, AgreementLine, Tiers
from portiek.ui import format
from portiek.ui.colour import hex_of

TEMPLATE = Path(__file__).parent / "typst" / "agreement.typ"


def agreement_document(found: Agreement, portal: Any, lines: Sequence[AgreementLine], products: Mapping[int, Product], own: Mapping[int, str], contact: str) -> bytes:
    """Write an agreement with its lines, days and conditions; amounts are without VAT, as it was agreed. `own`: the customer's own numbers of products; `contact`: whom to ask."""
    data = {
        "language": get_language() or "nl",
        "colour": hex_of(portal.hue, float(portal.chroma)),
        "portal": {"name": portal.name, "contact": [item for item in (portal.email, portal.phone) if item]},
        "title": found.name,
        "facts": [
            (_("Customer"), f"{found.party.name} ({found.party.number})"),
            (_("Number"), found.number),
            (_("Valid"), words.days(found.valid_from, found.valid_until)),
            *([(_("For"), found.unit.name)] if found.unit else []),
            *([(_("Tiers"), _("Each tier has its own price: the first ones keep theirs.") if found.tiers == Tiers.INCREMENTAL else _("A tier counts for the whole quantity."))] if any(line.min_quantity > 1 for line in lines) else []),
            *([(_("Contact"), contact)] if contact else []),
        ],
        "heads": [_("Article"), _("Description"), _("From quantity"), _("Agreed"), _("Agreed quantity")],
        "lines": [_line(line, products.get(line.product_id or 0), own.get(line.product_id or 0, ""), portal.currency) for line in lines],
        "note": found.note,
        "note_label": _("Conditions"),
        "foot": _("Prices per unit, excl. VAT, as they stood on %(day)s.") % {"day": format.full_day(found.as_of)} if found.as_of else _("Prices per unit, excl. VAT."),
    }
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True)
    return made


def _line(line: AgreementLine, product: Product | None, own: str, currency: str) -> list[str]:
    unit = product.unit_label if product else ""
    named = [product.sku, f"{product.label}, {_('your number %(number)s') % {'number': own}}" if own else product.label] if product else ["", _("A product outside your assortment") if line.product_id else _("Discount group %(code)s") % {"code": line.discount_group}]
    agreed = format.money(line.price, currency) if line.price is not None else _("%(percent)s off") % {"percent": format.percent(line.percent)}
    return [*named, format.quantity(line.min_quantity or 1, unit), agreed, format.quantity(line.agreed, unit) if line.agreed is not None else ""]
