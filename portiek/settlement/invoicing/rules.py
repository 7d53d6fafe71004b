"""What an invoice's figures mean on a day. Pure: dates come in as arguments."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

STATES = frozenset({"open", "partially_paid", "paid", "under_query", "credited", "cancelled"})
SOON = 7
NEW_DAYS = 7
MAX_AMOUNT = Decimal("999999999999.99")


def standing(state: str, open_amount: Decimal, due: date | None, today: date) -> str:
    """Return where an invoice stands: its state, or "overdue" and "due_soon", which are derived and never stored."""
    if open_amount <= 0 or state in ("under_query", "paid", "credited", "cancelled"):
        return state
    if due and due < today:
        return "overdue"
    return "due_soon" if due and due <= today + timedelta(days=SOON) else state


def days_late(open_amount: Decimal, due: date | None, today: date) -> int:
    """Return how many days an invoice is late, 0 when it is not."""
    return max((today - due).days, 0) if due and open_amount > 0 else 0


def is_news(state: str, invoice_date: date, open_amount: Decimal, today: date) -> bool:
    """Whether a new invoice is worth telling: not those of years that come in with the first synchronisation."""
    return state != "cancelled" and open_amount != 0 and today - timedelta(days=NEW_DAYS) <= invoice_date <= today + timedelta(days=1)


def credit_room(limit: Decimal | None, open_total: Decimal) -> Decimal | None:
    """Return what may still be bought on account, never below zero; None without a limit."""
    return None if limit is None else max(limit - open_total, Decimal("0.00"))


def why_not_figures(state: str, is_credit: bool, net: Decimal, tax: Decimal, gross: Decimal, open_amount: Decimal) -> str | None:
    """Return why figures of an invoice cannot be, as a code with what it is about, or None."""
    if state not in STATES:
        return f"unknown_state: {state}"
    if not all(value.is_finite() and abs(value) <= MAX_AMOUNT for value in (net, tax, gross, open_amount)):
        return "bad_amount"
    if net + tax != gross:
        return f"bad_totals: {net} + {tax}, {gross}"
    if is_credit is not (gross < 0) and gross != 0:
        return "bad_sign"
    if abs(open_amount) > abs(gross) or open_amount * gross < 0:
        return f"bad_open: {open_amount}, {gross}"
    if (state in ("paid", "cancelled")) and open_amount != 0:
        return f"bad_open: {state}, {open_amount}"
    return None


def terms(number: str, orders: tuple[str, ...], reference: str, gross: Decimal) -> set[str]:
    """Return what an invoice is found by: numbers, the words of its reference, its amount as "1904.22"."""
    words = re.findall(r"[\w-]{2,}", reference.lower())
    found = {number.lower(), *(order.lower() for order in orders), *words[:20], f"{abs(gross):.2f}"}
    return {term[:60] for term in found if term}


def wanted_terms(text: str) -> list[str]:
    """Return the terms that are looked for; an amount may be typed as "1.904,22", "1904,22" or "€ 1904.22"."""
    bare = re.sub(r"[€\s]", "", text)
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d+,\d{1,2}", bare):
        whole, _, cents = bare.replace(".", "").partition(",")
        return [f"{whole}.{cents}"]
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d{2}", bare):
        return [bare.replace(",", "")]
    return re.findall(r"[\w.-]{1,60}", text.lower())[:5]
