"""Invoices and payments: to invoicing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.apply.goods import parted
from portiek.edges.connectors.contract import Change
from portiek.settlement.invoicing import actions, records
from portiek.trade.catalog.models import Product
from portiek.trade.orders.models import OrderLine

HUNDRED = Decimal(100)


def invoices(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand invoices over. One that is gone stays as it was last seen: a posted invoice is credited, never removed."""
    there, _gone = parted(changes)
    found = [cast("contract.InvoiceRecord", change.data) for change in there]
    skus: dict[str | None, str] = dict(
        Product.objects.filter(external_id__in={line.product for item in found for line in item.lines if line.product}).values_list("external_id", "sku")
    )
    problems = {item.external_id: "no_date" for item in found if item.invoice_date is None}
    several = [item for item in found if len(item.orders) > 1]
    # The order of a line, where an invoice has several.
    orders: dict[str | None, str] = {
        line: order or ""
        for line, order in OrderLine.objects.filter(
            order__external_id__in={order for item in several for order in item.orders},
            external_id__in={line.order_line for item in several for line in item.lines if line.order_line},
        ).values_list("external_id", "order__external_id")
    }
    made = [_invoice(change, item, skus, orders) for change, item in zip(there, found, strict=True) if item.external_id not in problems]
    return problems | dict(actions.apply_invoices(actor, made))


def _invoice(change: Change, data: contract.InvoiceRecord, skus: dict[str | None, str], orders: dict[str | None, str]) -> records.InvoiceRecord:
    assert data.invoice_date is not None
    lines = tuple(
        records.InvoiceLineRecord(
            line.description[:300],
            line.quantity,
            line.unit_price,
            line.amount,
            line.tax_rate * HUNDRED,
            skus.get(line.product, ""),
            line.unit.label if line.unit else "",
            line.unit.code if line.unit else "",
            orders.get(line.order_line, ""),
            line.order_line or "",
        )
        for line in data.lines
    )
    return records.InvoiceRecord(
        external_id=data.external_id,
        version=change.version[:64],
        seen_at=change.seen_at,
        number=data.number,
        state=data.state,
        invoice_date=data.invoice_date,
        due_date=data.due_date,
        net=data.untaxed_amount,
        tax=data.tax_amount,
        gross=data.total_amount,
        open_amount=data.amount_open,
        party=data.party,
        is_credit=data.is_credit,
        currency=data.currency,
        reference=data.reference[:120],
        orders=data.orders,
        lines=lines,
    )


def payments(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand payments over; one that is gone stays, as the books only add."""
    there, _gone = parted(changes)
    return dict(actions.apply_payments(actor, [_payment(change, cast("contract.PaymentRecord", change.data)) for change in there]))


def _payment(change: Change, data: contract.PaymentRecord) -> records.PaymentRecord:
    # With one invoice the whole sum is for it; with more the ERP does not say how it was divided.
    whole = data.amount if len(data.invoices) == 1 else None
    return records.PaymentRecord(
        external_id=data.external_id,
        version=change.version[:64],
        seen_at=change.seen_at,
        paid_on=data.paid_on,
        amount=data.amount,
        party=data.party,
        reference=data.reference[:140],
        allocations=tuple(records.AllocationRecord(number, whole) for number in data.invoices),
    )


def stamp(actor: Actor) -> None:
    """Tell invoicing that its books are the ERP's as of now."""
    actions.mark_as_of(actor, at=timezone.now())
