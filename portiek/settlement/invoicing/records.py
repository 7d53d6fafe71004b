"""What an ERP says about invoices and payments, as this module reads it. A connector makes these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class InvoiceLineRecord:
    """A line as posted; `tax_rate` in percent, `unit_price` net of tax per `unit` (its label; `unit_code` that of UN/ECE Recommendation 20).

    `order`: as in the invoice's `orders` or `order_numbers`, needed when there are several; `order_line`: the ERP's id of the line of it.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tax_rate: Decimal = Decimal("21")
    sku: str = ""
    unit: str = ""
    unit_code: str = ""
    order: str = ""
    order_line: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice in the books. `party` is the external id of the party (or `party_number` its number); `orders` are external ids of orders, `order_numbers` the
    portal's numbers; never one for the other: the ERP's record 20 is not the order that is numbered 20.

    `version` is opaque: the same one means nothing changed. `seen_at` is the portal's clock: an older record than the last is ignored.
    `state` is open, partially_paid, paid, under_query, credited or cancelled. Amounts of a credit note are negative.
    """

    external_id: str
    version: str
    seen_at: datetime
    number: str
    state: str
    invoice_date: date
    due_date: date | None
    net: Decimal
    tax: Decimal
    gross: Decimal
    open_amount: Decimal
    party: str = ""
    party_number: str = ""
    is_credit: bool = False
    currency: str = "EUR"
    reference: str = ""
    orders: tuple[str, ...] = ()
    order_numbers: tuple[str, ...] = ()
    lines: tuple[InvoiceLineRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class AllocationRecord:
    """What of a payment was booked on an invoice, by the invoice's number; `amount` None: not said."""

    invoice: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """Money received (negative: paid back)."""

    external_id: str
    version: str
    seen_at: datetime
    paid_on: date
    amount: Decimal
    party: str = ""
    party_number: str = ""
    currency: str = "EUR"
    reference: str = ""
    allocations: tuple[AllocationRecord, ...] = ()
