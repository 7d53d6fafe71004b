"""An order as a PDF, in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.foundation.fields.models import Field
from portiek.foundation.fields.queries import Filled
from portiek.foundation.fields.wording import said
from portiek.trade.orders import reading, rules
from portiek.trade.orders.queries import Detail
from portiek.ui import format

TEMPLATE = Path(__file__).parent / "typst" / "order.typ"


def file_name(number: str) -> str:
    """Return a file name that any system takes."""
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in number) + ".pdf"


def order_document(found: Detail, portal: Any, *, with_tax: bool, own: Iterable[Filled] = ()) -> bytes:
    """Write an order with its lines as a PDF, as its reader sees amounts; a confirmed line shows what was confirmed.

    `own`: what is filled in in the portal's own fields. A paper goes from hand to hand, so what is the staff's alone is left out, also for them.
    """
    order = found.order
    confirmed = order.confirmed_at is not None
    data = {
        "title": (_("Order confirmation %(number)s") if confirmed else _("Order %(number)s")) % {"number": order.number},
        "portal": portal.name,
        "contact": "\n".join(part for part in (portal.email, portal.phone) if part),
        "language": get_language() or "nl",
        "facts": [[str(label), str(value)] for label, value in [*_facts(found), *_own(own)] if value],
        "heads": [_("Article"), _("Description"), _("Quantity"), _("Price incl. VAT") if with_tax else _("Price"), _("Amount incl. VAT") if with_tax else _("Amount")],
        "lines": [_line(line, order.currency) for line in reading.lines(found.lines, portal.policy, with_tax=with_tax)],
        "totals": [
            [_("Total excl. VAT"), format.money(order.net, order.currency)],
            [_("VAT"), format.money(order.tax, order.currency)],
            [_("Total incl. VAT"), format.money(order.gross, order.currency)],
        ],
        "note": order.note,
        "note_label": _("Note to us"),
    }
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)})
    return made


def _facts(found: Detail) -> list[tuple[str, str]]:
    order = found.order
    address = order.address
    place = f"{address.get('street', '')}, {address.get('postal_code', '')} {address.get('city', '')}".strip(" ,") if address else ""
    return [
        (_("Customer"), f"{order.party.name} ({order.party.number})"),
        (_("Your reference"), order.reference),
        (_("Ordered"), format.full_day(order.placed_at)),
        (_("Ordered by"), order.user_name),
        (_("Delivery address"), place),
        (_("Invoice address"), rules.address_in_words(None, order.invoice_address) if order.invoice_address else ""),
        (_("Wanted date"), format.full_day(order.wanted_date) if order.wanted_date else ""),
        (_("Our number"), order.erp_number),
    ]


def _own(found: Iterable[Filled]) -> list[tuple[str, str]]:
    return [(item.field.name, said(item.field, item.value)) for item in found if not item.over and item.field.visibility != Field.Visibility.STAFF]


def _line(line: Any, currency: str) -> dict[str, str]:
    quantity: Decimal = line.quantity if line.confirmed_quantity is None else line.confirmed_quantity
    price = line.price if line.confirmed_price is None else line.confirmed_price
    amount = line.amount if line.confirmed_amount is None else line.confirmed_amount
    return {
        "sku": line.sku,
        "name": line.name,
        "note": line.note,
        "quantity": format.quantity(quantity, line.unit),
        "price": format.money(price, currency),
        "amount": format.money(amount, currency),
    }
