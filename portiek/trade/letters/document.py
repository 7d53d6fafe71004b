"""A price letter as a PDF, in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.trade.letters.models import LetterCopy
from portiek.ui import format
from portiek.ui.colour import hex_of

# A thousand lines are forty pages and a second; who wants them all takes the spreadsheet.
MOST = 1000
TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"


def letter_document(found: LetterCopy, portal: Any, rows: Iterable[Mapping[str, Any]], numbers: Mapping[int, str], *, with_tax: bool, counts: bool) -> bytes:
    """Write a letter with its prices, as its reader sees them; with more than a thousand, what matters most. `counts`: also what was bought and what that comes to."""
    title, text = found.said()
    money = format.money
    amounts = [
        (_("Bought in twelve months, at the old prices"), money(found.bought, found.currency)),
        (_("More in twelve months") if found.effect > 0 else _("Less in twelve months"), money(abs(found.effect), found.currency)),
    ]
    data = {
        "language": get_language() or "nl",
        "colour": hex_of(portal.hue, float(portal.chroma)),
        "portal": {"name": portal.name, "contact": [item for item in (portal.email, portal.phone) if item]},
        "title": title,
        "paragraphs": [line for line in text.splitlines() if line.strip()],
        "facts": [
            (_("Customer"), f"{found.party.name} ({found.party.number})"),
            (_("New prices from"), format.full_day(found.effective_on)),
            (_("Old prices up to and including"), format.full_day(found.effective_on - timedelta(days=1))),
            *(amounts if counts else []),
        ],
        "heads": [_("Article"), _("Description"), _("Old price"), _("New price"), _("Difference"), *([_("Effect")] if counts else [])],
        "lines": [_line(row, numbers, found.currency, counts) for row in rows],
        "note": _("Prices per unit, incl. VAT.") if with_tax else _("Prices per unit, excl. VAT."),
    }
    if found.line_count > MOST:
        data["note"] = f"{data['note']} {_('The %(count)s products that matter most; all of them are in the spreadsheet.') % {'count': format.quantity(MOST)}}"
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True)
    return made


def _line(row: Mapping[str, Any], numbers: Mapping[int, str], currency: str, counts: bool) -> dict[str, Any]:
    line = row["line"]

    def price(amount: Any) -> str:
        return format.money(amount, currency) if amount is not None else _("on request")

    effect = "" if row["effect"] is None or not line.times else format.money(row["effect"], currency, signed=True)
    own = _("your number %(number)s") % {"number": numbers[line.product_id]} if line.product_id in numbers else ""
    usual = _("at %(quantity)s") % {"quantity": format.quantity(line.usual, line.unit)}
    return {
        "sku": line.sku,
        "name": line.label,
        "note": " · ".join(part for part in (own, usual, "" if line.times else _("not bought in the last twelve months")) if part),
        "cells": [price(row["before"]), price(row["after"]), format.percent(row["percent"], sign=True) if row["percent"] is not None else "", *([effect] if counts else [])],
    }
