"""The portal's own copy of an invoice as PDF, for when the ERP gives none: made of the same figures, and marked as a copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.settlement.invoicing.models import Invoice, InvoiceLine
from portiek.ui import format
from portiek.ui.colour import hex_of

TEMPLATE = Path(__file__).parent / "typst" / "copy.typ"


def pdf(invoice: Invoice, lines: Sequence[InvoiceLine], portal: Any, orders: Sequence[str]) -> bytes:
    """Return the copy in the language of the moment, some thirty milliseconds later."""
    title = f"{_('Credit note') if invoice.is_credit else _('Invoice')} {invoice.number}"
    facts = [
        (_("Invoice date"), format.full_day(invoice.invoice_date)),
        (_("Due date"), format.full_day(invoice.due_date)),
        (_("Customer number"), invoice.party.number),
        *([(_("Your reference"), invoice.reference)] if invoice.reference else []),
        *([(_("Order"), ", ".join(orders))] if orders else []),
    ]
    data = {
        "language": get_language() or "nl",
        "title": title,
        "colour": hex_of(portal.hue, float(portal.chroma)),
        "portal": {"name": portal.name, "contact": [item for item in (portal.email, portal.phone) if item]},
        "party": {"name": invoice.party.name, "lines": [f"{_('VAT number')} {invoice.party.vat_number}"] if invoice.party.vat_number else []},
        "facts": facts,
        "lines": [
            [
                line.sku,
                line.description,
                format.quantity(line.quantity, line.unit),
                format.money(line.unit_price, invoice.currency),
                format.money(line.amount, invoice.currency),
            ]
            for line in lines
        ],
        "totals": [(_("Subtotal excl. VAT"), format.money(invoice.net, invoice.currency)), (_("VAT"), format.money(invoice.tax, invoice.currency))],
        "total": (_("Total incl. VAT"), format.money(invoice.gross, invoice.currency)),
        "footer": f"{portal.name} · {title}",
        "words": {
            "to": _("To"),
            "copy": _("copy"),
            "heads": [_("Product"), _("Description"), _("Quantity"), _("Price"), _("Amount")],
            "note": _("This copy was made by the portal from the figures of the books. The original was sent to you when the invoice was made."),
        },
    }
    made = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made
