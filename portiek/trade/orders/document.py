"""An order, and what of it came with a delivery, as a PDF in the language of the reader."""

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
from portiek.trade.orders import reading, rules, wording
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import Detail, Sent
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
        "lines": [_line(line, order) for line in reading.lines(found.goods, portal.policy, with_tax=with_tax)],
        "totals": [
            *([(_("Goods"), format.money(order.net - sum(wording.due(line) for line in found.charges), order.currency))] if found.charges and not with_tax else []),
            *wording.charges(((line.name, line.tax_rate, wording.due(line)) for line in reading.lines(found.charges, portal.policy, with_tax=with_tax)), order.currency),
            [_("Total excl. VAT"), format.money(order.net, order.currency)],
            [_("VAT"), format.money(order.tax, order.currency)],
            [_("Total incl. VAT"), format.money(order.gross, order.currency)],
        ],
        "note": order.note,
        "note_label": _("Note to us"),
    }
    return _written(data)


def packing_slip(found: Detail, sent: Sent, portal: Any) -> bytes:
    """Write what of an order came with a delivery as a PDF, with the references and numbers by which a buyer knows it; without prices, since it goes with the goods."""
    order, shipment = found.order, sent.shipment
    data = {
        "title": _("Packing slip %(number)s") % {"number": shipment.number},
        "portal": portal.name,
        "contact": "\n".join(part for part in (portal.email, portal.phone) if part),
        "language": get_language() or "nl",
        "facts": [[str(label), str(value)] for label, value in [(_("Order"), order.number), *_who(found), (_("Sent"), format.full_day(shipment.shipped_on) if shipment.shipped_on else ""), (_("Carrier"), shipment.carrier), (_("Tracking number"), shipment.tracking)] if value],
        "heads": [_("Article"), _("Description"), _("Quantity")],
        "lines": [_packed(line, sku, quantity) for line, sku, quantity in sent.contents if quantity],
        "totals": [],
        "note": order.note,
        "note_label": _("Note to us"),
    }
    return _written(data)


def _written(data: dict[str, Any]) -> bytes:
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)})
    return made


def _who(found: Detail) -> list[tuple[str, str]]:
    order = found.order
    address = order.address
    place = f"{address.get('street', '')}, {address.get('postal_code', '')} {address.get('city', '')}".strip(" ,") if address else ""
    return [
        (_("Customer"), f"{order.party.name} ({order.party.number})"),
        (_("Your reference"), order.reference),
        (_("For"), order.unit.name if order.unit else ""),
        (_("Cost centre"), f"{order.cost_centre} {order.cost_name}".strip()),
        (_("Ordered"), format.full_day(order.placed_at)),
        (_("Ordered by"), order.user_name),
        (_("Delivery address"), place),
        (_("Our number"), order.erp_number),
    ]


def _facts(found: Detail) -> list[tuple[str, str]]:
    order = found.order
    return [
        *_who(found),
        (_("Invoice address"), rules.address_in_words(None, order.invoice_address) if order.invoice_address else ""),
        (_("Wanted date"), format.full_day(order.wanted_date) if order.wanted_date else ""),
        (_("Expected"), format.full_day(order.expected_on) if order.expected_on else ""),
        (_("Part of the day"), str(wording.SLOTS[order.slot]) if order.slot else ""),
        (_("Delivery"), str(wording.SHIPPING[order.shipping]) if order.shipping else ""),
    ]


def _own(found: Iterable[Filled]) -> list[tuple[str, str]]:
    return [(item.field.name, said(item.field, item.value)) for item in found if not item.over and item.field.visibility != Field.Visibility.STAFF]


def _packed(line: OrderLine | None, sku: str, quantity: Decimal) -> dict[str, Any]:
    if line is None:
        return {"sku": sku, "name": "", "note": "", "why": "", "figures": [format.quantity(quantity)]}
    # Where another article is delivered, it is that one that is in the box.
    name, note = (line.confirmed_name or line.confirmed_sku, _("instead of %(name)s") % {"name": f"{line.sku} {line.name}"}) if line.confirmed_sku else (line.name, "")
    return {"sku": line.confirmed_sku or sku or line.sku, "name": name, "note": "; ".join(text for text in (_own_number(line), line.note, note) if text), "why": "", "figures": [wording.amount(quantity, line.unit, line.pack_label, line.pack_factor)]}


def _own_number(line: Any) -> str:
    return _("your number %(number)s") % {"number": line.own_number} if line.own_number else ""


def _line(line: Any, order: Order) -> dict[str, Any]:
    quantity: Decimal = line.quantity if line.confirmed_quantity is None else line.confirmed_quantity
    price = line.price if line.confirmed_price is None else line.confirmed_price
    amount = line.amount if line.confirmed_amount is None else line.confirmed_amount
    # The day of the order stands above the lines: that of a line is said where it is another.
    day = wording.expected(line) if (line.confirmed_on or line.expected_on) != order.expected_on else ""
    return {
        "sku": line.sku,
        "name": line.name,
        "note": "; ".join(text for text in (_own_number(line), line.note, _("wanted on %(day)s") % {"day": format.full_day(line.wanted_date)} if line.wanted_date else "", day) if text),
        "why": wording.because(line, order.currency),
        "figures": [wording.amount(quantity, line.unit, line.pack_label, line.pack_factor), format.money(price, order.currency), format.money(amount, order.currency)],
    }
