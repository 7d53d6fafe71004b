"""Invoices and balances as plain values for a page: formatted once, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.actor import Actor
from portiek.settlement.invoicing import queries, rules
from portiek.settlement.invoicing.models import Invoice
from portiek.settlement.invoicing.queries import Balance
from portiek.ui import format

TONES = {"overdue": "stop", "due_soon": "wait", "paid": "ok", "credited": "ok", "under_query": "info", "partially_paid": "wait"}


@dataclass(frozen=True)
class ShownInvoice:
    """One invoice in words. `orders` are pairs of number and address ("" where the portal has no page of it)."""

    number: str
    url: str
    reference: str
    orders: list[tuple[str, str]]
    invoice_date: date
    due_date: date
    gross: str
    open_amount: str
    status: tuple[str, str]
    is_credit: bool
    is_open: bool
    party: str


@dataclass(frozen=True)
class ShownBalance:
    """What is outstanding in words; `parts` and `ages` are rows of `ui.ageing`."""

    total: str
    parts: list[tuple[str, Any, str, str]]
    ages: list[tuple[str, Any, str, str]]
    overdue_count: int
    room: str
    limit: str
    used: Decimal
    limit_amount: Decimal | None
    as_of: datetime | None


def status_of(invoice: Invoice, today: date) -> tuple[str, str]:
    """Return tone and words of where an invoice stands."""
    where = rules.standing(invoice.state, invoice.open_amount, invoice.due_date, today)
    late = rules.days_late(invoice.open_amount, invoice.due_date, today)
    if where == "overdue":
        return "stop", ngettext("%(num)s day late", "%(num)s days late", late) % {"num": late}
    if invoice.is_credit and invoice.open_amount:
        return "info", _("To be set off")
    if where == "due_soon":
        return "wait", _("Due {day}").format(day=format.day(invoice.due_date, today=today))
    return TONES.get(where, "rest"), str(invoice.get_state_display())


def order_url(number: str) -> str:
    """Return the address of an order's page; for whoever may not see it that page says so itself."""
    try:
        return reverse("orders:detail", args=[number])
    except NoReverseMatch:
        return ""


def shown(invoice: Invoice, orders: Sequence[str], today: date) -> ShownInvoice:
    """Put one invoice in words."""
    named = invoice.party.name if "party" in invoice._state.fields_cache else ""
    return ShownInvoice(
        invoice.number,
        reverse("invoicing:detail", args=[invoice.number]),
        invoice.reference,
        [(number, order_url(number)) for number in orders],
        invoice.invoice_date,
        invoice.due_date,
        format.money(invoice.gross, invoice.currency),
        format.money(invoice.open_amount, invoice.currency),
        status_of(invoice, today),
        invoice.is_credit,
        invoice.open_amount != 0,
        named,
    )


def shown_all(actor: Actor, found: Sequence[Invoice], today: date) -> list[ShownInvoice]:
    """Put a page of invoices in words, their orders with one statement."""
    orders = queries.order_numbers(actor, found) if found else {}
    return [shown(item, orders.get(item.pk, []), today) for item in found]


def balance_shown(balance: Balance) -> ShownBalance:
    """Put a balance in words."""

    def row(label: str, amount: Decimal, tone: str) -> tuple[str, Any, str, str]:
        return label, max(amount, Decimal(0)), format.money(amount), tone

    parts = [row(_("Not due yet"), balance.later, "brand"), row(_("Due this week"), balance.this_week, "wait"), row(_("Overdue"), balance.overdue, "stop")]
    if balance.credits:
        parts.append(row(_("Credit to be set off"), balance.credits, "info"))
    labels = (_("Up to 30 days late"), _("31 to 60 days late"), _("61 to 90 days late"), _("More than 90 days late"))
    ages = [row(label, amount, tone) for label, amount, tone in zip(labels, balance.ageing, ("wait", "stop", "stop", "stop"), strict=True) if amount]
    return ShownBalance(
        format.money(balance.total),
        parts,
        ages,
        balance.overdue_count,
        format.money(balance.credit_room) if balance.credit_room is not None else "",
        format.money(balance.credit_limit, whole=True) if balance.credit_limit is not None else "",
        max(balance.total, Decimal(0)),
        balance.credit_limit,
        balance.as_of,
    )
