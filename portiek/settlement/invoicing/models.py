"""Tables of invoices and payments. Everything in them is the ERP's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey

OPEN = ~Q(open_amount=0)


class Invoice(ErpOwned, PartyModel):
    """An invoice or credit note. Amounts are in its currency; those of a credit note are negative, what is open of it too."""

    log_follows = True

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PARTIALLY_PAID = "partially_paid", _("Partly paid")
        PAID = "paid", _("Paid")
        UNDER_QUERY = "under_query", _("Disputed")
        CREDITED = "credited", _("Credited")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(max_length=40)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    is_credit = models.BooleanField(default=False)
    invoice_date = models.DateField()
    # Without a term an invoice is due on its own day.
    due_date = models.DateField()
    currency = models.CharField(max_length=3, default="EUR")
    reference = models.CharField(max_length=120, default="", blank=True)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    tax = models.DecimalField(max_digits=14, decimal_places=2)
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    open_amount = models.DecimalField(max_digits=14, decimal_places=2)
    pdf = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)

    class Meta:
        db_table = "invoicing_invoice"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "external_id"], name="invoice_external"),
            models.UniqueConstraint(fields=["portal", "number"], name="invoice_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party", "-invoice_date", "-id"], name="invoice_party"),
            models.Index(fields=["portal", "-invoice_date", "-id"], name="invoice_portal"),
            models.Index(fields=["party", "-invoice_date", "-id"], condition=Q(open_amount=0), name="invoice_party_paid"),
            models.Index(fields=["portal", "-invoice_date", "-id"], condition=Q(open_amount=0), name="invoice_portal_paid"),
            # What is open, by its due date: the list, and the balance from the index alone.
            models.Index(fields=["party", "due_date", "id"], include=["open_amount", "portal"], condition=OPEN, name="invoice_party_due"),
            models.Index(fields=["portal", "due_date", "id"], include=["open_amount", "party"], condition=OPEN, name="invoice_portal_due"),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(PartyModel):
    """A line of an invoice, as posted."""

    invoice = TenantKey(Invoice, on_delete=models.CASCADE, db_index=False)
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=64, default="", blank=True)
    description = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=13, decimal_places=3)
    unit = models.CharField(max_length=40, default="", blank=True)
    # UN/ECE Recommendation 20; empty where the ERP did not say.
    unit_code = models.CharField(max_length=3, default="", db_default="", blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=6)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    # What the ERP calls the line of the order that this is for; empty where it does not say.
    order_line = models.CharField(max_length=64, default="", db_default="", blank=True)

    class Meta:
        db_table = "invoicing_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "invoice", "position"], name="invoice_line_position")]


class InvoiceOrder(PartyModel):
    """Which order of its party an invoice is for: the invoice may come in before the order does.

    `external_id`: what the ERP calls the order; `number` is then empty until that order is here. `net`: how much of the invoice, None: the books do not say.
    """

    invoice = TenantKey(Invoice, on_delete=models.CASCADE, db_index=False)
    number = models.CharField(max_length=40, default="", db_default="", blank=True)
    external_id = models.CharField(max_length=64, default="", db_default="", blank=True)
    net = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        db_table = "invoicing_order"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "invoice", "number"], condition=~Q(number=""), name="invoice_order_once"),
            models.UniqueConstraint(fields=["portal", "invoice", "external_id"], condition=~Q(external_id=""), name="invoice_order_external"),
            models.CheckConstraint(condition=~Q(number="", external_id=""), name="invoice_order_named"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "number"], name="invoice_order_number"),
            models.Index(fields=["portal", "external_id"], condition=Q(number=""), name="invoice_order_awaited"),
        ]


class InvoiceTerm(PartyModel):
    """What an invoice is found by: its number, its orders, the words of its reference, its amount. Lower case, compared byte by byte."""

    invoice = TenantKey(Invoice, on_delete=models.CASCADE, db_index=False)
    term = models.CharField(max_length=60, db_collation="C")

    class Meta:
        db_table = "invoicing_term"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "invoice", "term"], name="invoice_term_once")]
        indexes: ClassVar = [
            models.Index(fields=["party", "term", "invoice"], name="invoice_term_party"),
            models.Index(fields=["portal", "term", "invoice"], name="invoice_term_portal"),
        ]


class Payment(ErpOwned, PartyModel):
    """Money received from a party (negative: paid back)."""

    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    reference = models.CharField(max_length=140, default="", blank=True)

    class Meta:
        db_table = "invoicing_payment"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "external_id"], name="payment_external")]
        indexes: ClassVar = [
            models.Index(fields=["party", "-paid_on", "-id"], name="payment_party"),
            models.Index(fields=["portal", "-paid_on", "-id"], name="payment_portal"),
        ]


class PaymentAllocation(PartyModel):
    """Which invoice a payment was booked on. `amount` is None when the ERP does not say how much."""

    payment = TenantKey(Payment, on_delete=models.CASCADE, db_index=False)
    invoice = TenantKey(Invoice, on_delete=models.CASCADE, db_index=False)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        db_table = "invoicing_allocation"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "payment", "invoice"], name="allocation_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "invoice"], name="allocation_invoice")]


class Ledger(PortalModel):
    """How fresh the figures are: the last moment the books were read."""

    party_reads = True

    as_of = models.DateTimeField()

    class Meta:
        db_table = "invoicing_ledger"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="ledger_once")]
