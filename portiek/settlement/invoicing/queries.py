"""Every read of invoices and payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.foundation.files import queries as files
from portiek.foundation.files.models import StoredFile
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.settlement.invoicing import permissions, rules
from portiek.settlement.invoicing.models import Invoice, InvoiceLine, InvoiceOrder, InvoiceTerm, Ledger, Payment, PaymentAllocation
from portiek.trade.orders.models import Order

FILTERS = ("", "open", "overdue", "paid")
FOUND_MOST = 500
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Balance:
    """What is outstanding on a day. `parts` add up to `total`; `ageing` is what is overdue by how long; `credits` is not positive."""

    total: Decimal
    overdue: Decimal
    overdue_count: int
    this_week: Decimal
    later: Decimal
    credits: Decimal
    ageing: tuple[Decimal, Decimal, Decimal, Decimal]
    credit_limit: Decimal | None
    credit_room: Decimal | None
    as_of: datetime | None


def scoped(actor: Actor, party_id: int | None = None) -> QuerySet[Invoice]:
    """Return an actor's invoices: of his party, or for staff of one party or all."""
    found = Invoice.objects.filter(portal_id=actor.portal_id)
    own = actor.party_id or party_id
    return found.filter(party_id=own) if own else found


def invoices(
    actor: Actor, *, search: str = "", show: str = "", party_id: int | None = None, today: date, after: str | None = None, before: str | None = None, size: int = 25
) -> Page:
    """Return a page of invoices: last first, or what is open by its due date. One statement, at the same cost at any depth."""
    found, order = scoped(actor, party_id), ("-invoice_date", "-id")
    if show == "open":
        found, order = found.exclude(open_amount=0), ("due_date", "id")
    elif show == "overdue":
        found, order = found.exclude(open_amount=0).filter(open_amount__gt=0, due_date__lt=today), ("due_date", "id")
    elif show == "paid":
        found = found.filter(open_amount=0)
    for term in rules.wanted_terms(search):
        terms = InvoiceTerm.objects.filter(portal_id=actor.portal_id, term__gte=term, term__lt=term + "\U0010ffff")
        own = actor.party_id or party_id
        terms = terms.filter(party_id=own) if own else terms
        found = found.filter(pk__in=terms.values("invoice_id")[:FOUND_MOST])
    if actor.is_staff:
        found = found.select_related("party")
    return keyset(found, order, after=after, before=before, size=size)


def falling_due(actor: Actor, since: date, until: date, limit: int) -> list[Invoice]:
    """Return what an actor's company has to pay in a period, soonest first. One statement."""
    return list(scoped(actor).exclude(open_amount=0).filter(open_amount__gt=0, due_date__gte=since, due_date__lte=until).order_by("due_date", "pk")[:limit])


def order_numbers(actor: Actor, found: Sequence[Invoice]) -> dict[int, list[str]]:
    """Return the orders of a page of invoices, as far as they are here. One statement."""
    made: dict[int, list[str]] = {}
    for key, number in (
        InvoiceOrder.objects.filter(portal_id=actor.portal_id, invoice_id__in=[item.pk for item in found])
        .exclude(number="")
        .order_by("invoice_id", "pk")
        .values_list("invoice_id", "number")
    ):
        made.setdefault(key, []).append(number)
    return made


def invoice(actor: Actor, number: str) -> Invoice:
    """Return one invoice. Unknown and of another party give the same NotFound."""
    found = scoped(actor).select_related("party", "pdf").filter(number=number).first() if "\0" not in number else None
    if found is None:
        raise NotFound
    return found


def lines(actor: Actor, found: Invoice) -> list[InvoiceLine]:
    """Return the lines of an invoice."""
    return list(InvoiceLine.objects.filter(portal_id=found.portal_id, invoice_id=found.pk).order_by("position"))


def booked(actor: Actor, found: Invoice) -> list[PaymentAllocation]:
    """Return what was paid on an invoice, last first."""
    rows = PaymentAllocation.objects.filter(portal_id=found.portal_id, invoice_id=found.pk).select_related("payment")
    return sorted(rows, key=lambda row: (row.payment.paid_on, row.pk), reverse=True)


def invoices_of_order(actor: Actor, order: Order) -> list[Invoice]:
    """Return the invoices of one order, oldest first. One statement."""
    keys = InvoiceOrder.objects.filter(portal_id=actor.portal_id, party_id=order.party_id, number=order.number).values("invoice_id")
    return list(scoped(actor).filter(pk__in=keys).order_by("invoice_date", "pk"))


def pdf(actor: Actor, found: Invoice) -> tuple[StoredFile, Path] | None:
    """Return the ERP's own document of an invoice with its place, or None."""
    return (found.pdf, files.path(actor, found.pdf)) if found.pdf_id and found.pdf is not None else None


@dataclass(frozen=True)
class Posted:
    """A payment and where it went. `left` is what was booked on nothing, None when the ERP does not say."""

    payment: Payment
    parts: list[PaymentAllocation]
    left: Decimal | None


def payments(actor: Actor, *, party_id: int | None = None, after: str | None = None, before: str | None = None, size: int = 25) -> Page:
    """Return a page of payments with what each was booked on, last first. Two statements."""
    found = Payment.objects.filter(portal_id=actor.portal_id)
    own = actor.party_id or party_id
    found = found.filter(party_id=own) if own else found
    page = keyset(found.select_related("party") if actor.is_staff else found, ("-paid_on", "-id"), after=after, before=before, size=size)
    parts: dict[int, list[PaymentAllocation]] = {}
    for part in (
        PaymentAllocation.objects.filter(portal_id=actor.portal_id, payment_id__in=[row.pk for row in page.rows]).select_related("invoice").order_by("pk")
    ):
        parts.setdefault(part.payment_id, []).append(part)
    return Page([_posted(row, parts.get(row.pk, [])) for row in page.rows], page.next, page.previous)


def _posted(payment: Payment, parts: list[PaymentAllocation]) -> Posted:
    known = [part.amount for part in parts if part.amount is not None]
    return Posted(payment, parts, payment.amount - sum(known, ZERO) if len(known) == len(parts) else None)


# One statement: the covering index on what is open, summed per due date as it comes, then over a few hundred days.
_BALANCE = """
SELECT coalesce(sum(owed + credit), 0.00), coalesce(sum(owed) FILTER (WHERE due_date < %(today)s), 0.00),
 coalesce(sum(bills) FILTER (WHERE due_date < %(today)s), 0)::int,
 coalesce(sum(owed) FILTER (WHERE due_date BETWEEN %(today)s AND %(soon)s), 0.00), coalesce(sum(credit), 0.00),
 coalesce(sum(owed) FILTER (WHERE due_date < %(today)s AND due_date >= %(d30)s), 0.00),
 coalesce(sum(owed) FILTER (WHERE due_date < %(d30)s AND due_date >= %(d60)s), 0.00),
 coalesce(sum(owed) FILTER (WHERE due_date < %(d60)s AND due_date >= %(d90)s), 0.00), coalesce(sum(owed) FILTER (WHERE due_date < %(d90)s), 0.00),
 (SELECT credit_limit FROM parties_party WHERE id = %(party)s), (SELECT as_of FROM invoicing_ledger WHERE portal_id = %(portal)s)
FROM (SELECT due_date, sum(greatest(open_amount, 0)) AS owed, sum(least(open_amount, 0)) AS credit, count(*) FILTER (WHERE open_amount > 0) AS bills
 FROM invoicing_invoice WHERE {whose} AND open_amount <> 0 GROUP BY due_date) days"""


def balance(actor: Actor, *, today: date, party_id: int | None = None) -> Balance:
    """Return what is outstanding for the actor's party, for staff of one party or of all. One statement."""
    own = actor.party_id or party_id
    named: dict[str, Any] = {
        "today": today,
        "soon": today + timedelta(days=rules.SOON),
        "party": own or 0,
        "portal": actor.portal_id,
        **{f"d{days}": today - timedelta(days=days) for days in (30, 60, 90)},
    }
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE.format(whose="party_id = %(party)s" if own else "portal_id = %(portal)s"), named)
        total, overdue, count, week, credits, *ages, limit, as_of = cursor.fetchone()
    return Balance(
        total,
        overdue,
        count,
        week,
        total - overdue - week - credits,
        credits,
        (ages[0], ages[1], ages[2], ages[3]),
        limit,
        rules.credit_room(limit, total),
        as_of,
    )


def as_of(actor: Actor) -> datetime | None:
    """Return when the books were last read."""
    return Ledger.objects.filter(portal_id=actor.portal_id).values_list("as_of", flat=True).first()


def party_by_number(actor: Actor, number: str) -> Party | None:
    """Return the party that is looked at, None where none is named. Raises NotFound for one that is unknown or not the actor's to see."""
    if "\0" in number:
        raise NotFound
    return parties.party(actor, number) if number else None


def may_see_balance(actor: Actor) -> bool:
    """Whether the actor may see what is outstanding."""
    return actor.may(permissions.BALANCE)
