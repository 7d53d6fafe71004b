"""Orders with all their lines as a spreadsheet: CSV or Excel, in which nothing runs when it is opened."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.money import Policy
from portiek.foundation.imports.book import MEDIA, OPTIONS
from portiek.trade.orders.models import Order, OrderLine
from portiek.ui.csv_file import as_csv, safe_cell

ENDINGS = {"csv": "text/csv; charset=utf-8", "xlsx": MEDIA}
Cell = str | int | Decimal | None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _added(policy: Policy, rate: Decimal | None, value: Decimal | None) -> Decimal | None:
    return value if rate is None or value is None else policy.with_tax(value, rate)


def _rows(lines: Iterable[Any], policy: Policy, *, staff: bool, with_tax: bool) -> Iterable[list[Cell]]:
    price, amount = (_("Price incl. VAT"), _("Amount incl. VAT")) if with_tax else (_("Price excl. VAT"), _("Amount excl. VAT"))
    heads: list[Cell] = [_("Order"), _("Our number"), _("Ordered"), _("Status"), *([_("Number of the company"), _("Company")] if staff else []), _("Your reference"), _("By"), _("Line"), _("Article number"), _("Own number"), _("Product"), _("Quantity"), _("Unit"), price, _("VAT in %"), amount,
             _("Currency"), _("Wanted date"), _("Note"), _("Answer"), _("Delivered in its place"), _("Confirmed quantity"), _("Confirmed price"), _("Confirmed amount"), _("Expected"), _("Sent")]
    yield heads
    for line in lines:
        add = partial(_added, policy, line.tax_rate if with_tax else None)
        whose = [line.order__party__number, line.order__party__name] if staff else []
        yield [line.order__number, line.order__erp_number, _day(timezone.localdate(line.order__placed_at)), str(Order.Status(line.order__status).label), *whose, line.order__reference, line.order__user_name, line.position, line.sku, line.own_number, line.name, line.quantity, line.unit,
               add(line.price), line.tax_rate, add(line.amount), line.order__currency, _day(line.wanted_date or line.order__wanted_date), line.note, str(OrderLine.Answer(line.answer).label) if line.answer else "", line.confirmed_sku, line.confirmed_quantity, add(line.confirmed_price),
               add(line.confirmed_amount), _day(line.confirmed_on), line.shipped_quantity]


def line_file(lines: Iterable[Any], ending: str, policy: Policy, *, staff: bool, with_tax: bool) -> bytes:
    """Return lines (of queries.exported) as a file; numbers are numbers, a date is ISO 8601, everything else is text."""
    rows = _rows(lines, policy, staff=staff, with_tax=with_tax)
    if ending == "csv":
        return as_csv(rows)
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {**OPTIONS, "constant_memory": True})
    sheet, bold = book.add_worksheet(_("Lines")[:31]), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(place, column, safe_cell(cell)[:32_767], None if place else bold)
            elif cell is not None:
                sheet.write_number(place, column, float(cell))
    book.close()
    return made.getvalue()
