"""Posted customer invoices and the money received."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portiek.edges.connectors.contract import InvoiceLineRecord, InvoiceRecord, InvoiceState, PaymentRecord
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import Lookups, identity, number, text

INVOICE_FIELDS = (
    "number",
    "party",
    "type",
    "state",
    "invoice_date",
    "currency.code",
    "reference",
    "sales",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "amount_to_pay",
    "lines_to_pay.maturity_date",
    "lines.type",
    "lines.product",
    "lines.description",
    "lines.product.name",
    "lines.quantity",
    "lines.unit",
    "lines.unit_price",
    "lines.amount",
    "lines.taxes",
    "lines.origin",
)
PAYMENT_FIELDS = (
    "party",
    "date",
    "debit",
    "credit",
    "description",
    "move_origin",
    "move.number",
    "move.state",
    "move.description",
    "invoice_payments.number",
    "invoice_payments.type",
    "account.type.receivable",
)


def _line(lookups: Lookups, line: Row) -> InvoiceLineRecord:
    model, _, origin = text(line["origin"]).partition(",")
    return InvoiceLineRecord(
        external_id=str(line["id"]),
        product=identity(line["product"]),
        description=text(line["description"]) or text((line.get("product.") or {}).get("name")),
        quantity=number(line["quantity"]),
        unit=lookups.unit(line["unit"]),
        unit_price=line["unit_price"] or Decimal(0),
        amount=(line["amount"] or Decimal(0)) if line["type"] == "line" else Decimal(0),
        tax_rate=sum((lookups.tax_rates.get(t, Decimal(0)) for t in line["taxes"] or ()), Decimal(0)),
        order_line=origin if model == "sale.line" else None,
    )


def invoice_state(state: str, total: Decimal, amount_open: Decimal) -> InvoiceState:
    """Translate the state of a posted invoice; overdue is the portal's to derive."""
    match state:
        case "posted":
            return "open" if amount_open == total else "partially_paid"
        case "paid":
            return "paid"
        case "cancelled":
            return "cancelled"
    raise ValueError(f"not a posted invoice: {state}")


def invoice(lookups: Lookups, row: Row) -> InvoiceRecord | None:
    """Map an invoice; None: not a customer's, or not posted yet."""
    if row["type"] != "out" or row["state"] in ("draft", "validated") or not row["number"]:
        return None
    dates = [line["maturity_date"] for line in row["lines_to_pay."] or () if line["maturity_date"]]
    amount_open = row["amount_to_pay"] or Decimal(0)
    return InvoiceRecord(
        external_id=str(row["id"]),
        number=text(row["number"]),
        party=str(row["party"]),
        state=invoice_state(row["state"], row["total_amount"], amount_open),
        is_credit=row["total_amount"] < 0,
        invoice_date=row["invoice_date"],
        due_date=max(dates) if dates else None,
        currency=row["currency."]["code"],
        reference=text(row["reference"]),
        orders=tuple(str(sale) for sale in row["sales"] or ()),
        lines=tuple(_line(lookups, line) for line in row["lines."] or ()),
        untaxed_amount=row["untaxed_amount"],
        tax_amount=row["tax_amount"],
        total_amount=row["total_amount"],
        amount_open=amount_open,
    )


def invoice_rows(lookups: Lookups, ids: Sequence[int]) -> dict[int, Row]:
    """Read what `invoice` maps."""
    return lookups.client.read("account.invoice", ids, INVOICE_FIELDS)


def payment(row: Row) -> PaymentRecord | None:
    """Map a line on a receivable account; None: no payment."""
    account = ((row.get("account.") or {}).get("type.")) or {}
    move = row.get("move.") or {}
    invoices = [invoice["number"] for invoice in row["invoice_payments."] or () if invoice["type"] == "out"]
    if not account.get("receivable") or row["party"] is None or move.get("state") != "posted" or not invoices:
        return None
    return PaymentRecord(
        external_id=str(row["id"]),
        party=str(row["party"]),
        paid_on=row["date"],
        amount=row["credit"] - row["debit"],
        invoices=tuple(text(number_) for number_ in invoices),
        reference=text(row["description"]) or text(move.get("description")) or text(move.get("number")),
    )


def payment_rows(lookups: Lookups, ids: Sequence[int]) -> dict[int, Row]:
    """Read what `payment` maps."""
    return lookups.client.read("account.move.line", ids, PAYMENT_FIELDS)
