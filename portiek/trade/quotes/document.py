"""A version of a quote as a PDF, in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound
from portiek.trade.orders.document import file_name
from portiek.trade.quotes import queries
from portiek.trade.quotes.models import STAFF, Acceptance, Line, Quote
from portiek.trade.quotes.queries import Round
from portiek.trade.quotes.wording import signed
from portiek.ui import format

TEMPLATE = Path(__file__).parent / "typst" / "quote.typ"


def name_of(quote: Quote, item: Round) -> str:
    """Return the file name of an offer."""
    return file_name(f"{quote.number}-v{item.version.number}")


def attached(request: Any, quote: Quote, version: int | None) -> HttpResponse:
    """Hand out the newest offer of a quote, or the one of this number, in the reader's language. Raises NotFound where there is none."""
    offers = [item for item in queries.detail(request.actor, quote).rounds if item.version.side == STAFF and version in (None, item.version.number)]
    if not offers:
        raise NotFound
    response = HttpResponse(quote_document(quote, offers[-1], request.portal, queries.own_numbers(request.actor, quote, offers[-1]), queries.in_force(request.actor, quote, offers[-1])), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name_of(quote, offers[-1])}"'
    return response


def quote_document(quote: Quote, item: Round, portal: Any, own: Mapping[int, str], accepted: Sequence[Acceptance] = ()) -> bytes:
    """Write an offer as a PDF; what was not offered is left out. `own`: the customer's own numbers of products; `accepted`: who accepted it."""
    version, currency = item.version, quote.currency
    names = {line.key: line.sku or line.name for line in item.lines}
    data = {
        "title": _("Quote %(number)s, version %(version)s") % {"number": quote.number, "version": version.number},
        "portal": portal.name,
        "contact": "\n".join(part for part in (portal.email, portal.phone) if part),
        "language": get_language() or "nl",
        "facts": [[str(label), str(value)] for label, value in _facts(quote, item) if value],
        "heads": [_("Article"), _("Description"), _("Quantity"), _("Price excl. VAT"), _("Amount")],
        "lines": [_line(line, names, own.get(line.product_id or 0, ""), currency) for line in item.lines if line.price is not None],
        "totals": [
            [_("Total excl. VAT"), format.money(version.net, currency)],
            [_("VAT"), format.money(version.tax, currency)],
            [_("Total incl. VAT"), format.money(version.gross, currency)],
        ],
        "totals_note": _("Without optional lines and alternatives.") if any(line.optional or line.instead_of for line in item.lines) else "",
        "texts": [[str(label), text] for label, text in ((_("Conditions"), version.conditions), (_("Note"), version.note)) if text] + [[_("Accepted by"), _accepted(row)] for row in accepted],
    }
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)})
    return made


def _accepted(row: Acceptance) -> str:
    words = _("%(who)s, on %(moment)s, with order %(number)s") % {"who": signed(row), "moment": format.full_moment(row.at), "number": row.order.number} if row.order else _("%(who)s, on %(moment)s") % {"who": signed(row), "moment": format.full_moment(row.at)}
    return f"{words}. {_('Agreed with: %(terms)s') % {'terms': row.terms}}." if row.terms else f"{words}."


def _facts(quote: Quote, item: Round) -> list[tuple[str, str]]:
    return [
        (_("Customer"), f"{quote.party.name} ({quote.party.number})"),
        (_("Your reference"), quote.reference),
        (_("Asked by"), quote.user_name),
        (_("Date"), format.full_day(item.version.at)),
        (_("Valid until and including"), format.full_day(item.version.valid_until) if item.version.valid_until else ""),
        (_("Made by"), item.version.name),
    ]


def _line(line: Line, names: dict[int, str], own: str, currency: str) -> dict[str, str]:
    words = [_("your number %(number)s") % {"number": own} if own else "", line.remark, _("optional line") if line.optional else "", _("alternative for %(name)s") % {"name": names.get(line.instead_of, "")} if line.instead_of else ""]
    return {"sku": line.sku, "name": line.name, "note": " · ".join(word for word in words if word), "quantity": format.quantity(line.quantity, line.unit),
            "price": format.money(line.price, currency), "amount": format.money(line.amount, currency)}
