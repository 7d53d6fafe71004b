"""Invoices, payments and the balance for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Key, Limit, Listing, Money, Number, Schema, Text, endpoint, one_of
from portiek.settlement.invoicing import permissions, queries, rules
from portiek.settlement.invoicing.document import document
from portiek.settlement.invoicing.models import Invoice

router = Router(tags=["invoices"])
routes = [("", router)]
PartyNumber = Annotated[Text, Field(max_length=20, description=_("Number of a party, for keys of the portal itself."))]


class InvoiceParty(Schema):
    """Whose it is."""

    number: str
    name: str


class InvoiceRow(Schema):
    """An invoice or credit note."""

    number: str
    party: Annotated[InvoiceParty | None, Field(description=_("Whose it is, for keys of the portal itself; else null"))]
    is_credit: Annotated[bool, Field(description=_("A credit note: its amounts are negative"))]
    state: Annotated[str, one_of(Invoice.State.values)]
    is_overdue: bool
    days_late: int
    invoice_date: date
    due_date: date
    reference: str
    orders: list[str]
    currency: str
    net: Money
    tax: Money
    gross: Money
    open_amount: Annotated[Money, Field(description=_("What is still to be paid of it"))]
    as_of: Annotated[datetime | None, Field(description=_("When the books last said so"))]


class InvoiceLineOut(Schema):
    """A line as posted."""

    position: int
    sku: str
    description: str
    quantity: Number
    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code, empty where the seller gave none"))]
    unit_label: str
    unit_price: Annotated[Money, Field(description=_("Of one unit, excluding VAT"))]
    tax_rate: Number
    amount: Money


class BookedOut(Schema):
    """What was paid on an invoice."""

    paid_on: date
    reference: str
    amount: Annotated[Money | None, Field(description=_("Null: the books do not say how a payment was divided"))]
    currency: str


class InvoiceOut(InvoiceRow):
    """One invoice, whole."""

    lines: list[InvoiceLineOut]
    payments: list[BookedOut]


class AgeingOut(Schema):
    """What is overdue, by how many days."""

    to_30: Money
    to_60: Money
    to_90: Money
    over_90: Money


class BalanceOut(Schema):
    """What is outstanding on this day."""

    currency: str
    total: Annotated[Money, Field(description=_("The sum of `overdue`, `this_week`, `later` and `credits`, which is not positive"))]
    overdue: Money
    overdue_count: int
    this_week: Money
    later: Money
    credits: Money
    ageing: AgeingOut
    credit_limit: Money | None
    credit_room: Money | None
    as_of: Annotated[datetime | None, Field(description=_("When the books were last read"))]


class AllocationOut(Schema):
    """An invoice that a payment was booked on."""

    invoice: str
    amount: Annotated[Money | None, Field(description=_("Null: the books do not say how a payment was divided"))]


class PaymentOut(Schema):
    """Money received."""

    party: Annotated[InvoiceParty | None, Field(description=_("Whose it is, for keys of the portal itself; else null"))]
    paid_on: date
    amount: Annotated[Money, Field(description=_("Negative: paid back"))]
    currency: str
    reference: str
    invoices: list[AllocationOut]
    left: Annotated[Money | None, Field(description=_("What was booked on no invoice; null: the books do not say"))]
    as_of: datetime | None


@endpoint(router.get, "/invoices", permissions.VIEW, response=Listing[InvoiceRow], summary=_("List or search invoices"), description=_("Invoices and credit notes as the books know them."))
def list_invoices(
    request: HttpRequest,
    show: Annotated[str, one_of(queries.FILTERS), Field(description=_("What is open or overdue comes by due date, the rest newest first."))] = "",
    search: Annotated[Text, Field(max_length=80, description=_("Number, order, words of the reference, or an amount"))] = "",
    party: PartyNumber = "",
    cursor: Cursor = "",
    limit: Limit = Query(50),  # type: ignore[type-arg]
) -> Any:
    """Answer a page of invoices."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    whose = queries.party_by_number(actor, party)
    page = queries.invoices(actor, search=search, show=show, party_id=whose.pk if whose else None, today=today, after=cursor, size=limit)
    orders = queries.order_numbers(actor, page.rows)
    return {"items": [_row(actor, item, orders.get(item.pk, []), today) for item in page.rows], "next": page.next}


@endpoint(router.get, "/invoices/{key:number}", permissions.VIEW, response=InvoiceOut, summary=_("One invoice"), description=_("One invoice with its lines and what was paid on it."))
def get_invoice(request: HttpRequest, number: Key) -> Any:
    """Answer an invoice."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.invoice(actor, number)
    same = ("position", "sku", "description", "quantity", "unit_price", "tax_rate", "amount")
    return {
        **_row(actor, found, queries.order_numbers(actor, [found]).get(found.pk, []), timezone.localdate()),
        "lines": [{**{name: getattr(line, name) for name in same}, "unit": line.unit_code, "unit_label": line.unit} for line in queries.lines(actor, found)],
        "payments": [
            {"paid_on": row.payment.paid_on, "reference": row.payment.reference, "amount": row.amount, "currency": row.payment.currency} for row in queries.booked(actor, found)
        ],
    }


@endpoint(router.get, "/invoices/{key:number}/pdf", permissions.DOWNLOAD, response=None, media_type="application/pdf", summary=_("One invoice as PDF"),
          description=_("The document of the books, or a copy made of their figures where they give none."))
def get_invoice_pdf(request: HttpRequest, number: Key) -> Any:
    """Hand out the document."""
    return document(request, queries.invoice(request.actor, number))  # type: ignore[attr-defined]


@endpoint(router.get, "/balance", permissions.BALANCE, response=BalanceOut, summary=_("What is outstanding"), description=_("What is open and overdue, how old that is, and the room there is."))
def get_balance(request: HttpRequest, party: PartyNumber = "") -> Any:
    """Answer the balance."""
    actor = request.actor  # type: ignore[attr-defined]
    whose = queries.party_by_number(actor, party)
    found = queries.balance(actor, today=timezone.localdate(), party_id=whose.pk if whose else None)
    same = ("total", "overdue", "overdue_count", "this_week", "later", "credits", "credit_limit", "credit_room", "as_of")
    ages = dict(zip(("to_30", "to_60", "to_90", "over_90"), found.ageing, strict=True))
    return {**{name: getattr(found, name) for name in same}, "currency": request.portal.currency, "ageing": ages}  # type: ignore[attr-defined]


@endpoint(router.get, "/payments", permissions.VIEW, response=Listing[PaymentOut], summary=_("List payments"), description=_("Payments and what each was booked on, newest first."))
def list_payments(request: HttpRequest, party: PartyNumber = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of payments."""
    actor = request.actor  # type: ignore[attr-defined]
    whose = queries.party_by_number(actor, party)
    page = queries.payments(actor, party_id=whose.pk if whose else None, after=cursor, size=limit)
    same = ("paid_on", "amount", "currency", "reference", "as_of")
    return {
        "items": [
            {
                **{name: getattr(row.payment, name) for name in same},
                "party": row.payment.party if actor.is_staff else None,
                "left": row.left,
                "invoices": [{"invoice": part.invoice.number, "amount": part.amount} for part in row.parts],
            }
            for row in page.rows
        ],
        "next": page.next,
    }


def _row(actor: Actor, item: Invoice, orders: list[str], today: date) -> dict[str, Any]:
    same = ("number", "is_credit", "state", "invoice_date", "due_date", "reference", "currency", "net", "tax", "gross", "open_amount", "as_of")
    late = rules.days_late(item.open_amount, item.due_date, today)
    return {**{name: getattr(item, name) for name in same}, "party": item.party if actor.is_staff else None, "orders": orders, "is_overdue": late > 0, "days_late": late}
