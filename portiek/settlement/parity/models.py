"""Tables of parity. All are the staff's alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey


class Cause(PortalModel):
    """Why documents differ from the ERP, once however many do. `fits`: how the portal would have to calculate to agree.

    `known_up_to`: differences up to this amount are known, for `known_reason`.
    """

    class Document(models.TextChoices):
        ORDER = "order", _("Orders")
        INVOICE = "invoice", _("Invoices")

    document = models.CharField(max_length=8, choices=Document)
    code = models.CharField(max_length=20)
    fits = models.CharField(max_length=60, default="", blank=True)
    found_at = models.DateTimeField()
    known_up_to = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    known_reason = models.CharField(max_length=200, default="", blank=True)
    known_by = models.CharField(max_length=120, default="", blank=True)
    known_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parity_cause"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "document", "code", "fits"], name="parity_cause_once"), models.CheckConstraint(condition=Q(known_up_to=None) | Q(known_up_to__gt=0), name="parity_known_up_to")]

    def __str__(self) -> str:
        return self.code


class Difference(PortalModel):
    """One figure of an order or invoice that is not the ERP's: of a line (`position`, `label`) or of the whole (0). `gap`: how much more the ERP counts."""

    class What(models.TextChoices):
        PRICE = "price", _("Price of one unit")
        AMOUNT = "amount", _("Amount of the line")
        NET = "net", _("Total excl. VAT")
        TAX = "tax", _("VAT")
        GROSS = "gross", _("Total incl. VAT")

    cause = TenantKey(Cause, on_delete=models.CASCADE, db_index=False)
    order = TenantKey("orders.Order", null=True, on_delete=models.CASCADE, db_index=False)
    invoice = TenantKey("invoicing.Invoice", null=True, on_delete=models.CASCADE, db_index=False)
    position = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=64, default="", blank=True)
    what = models.CharField(max_length=6, choices=What)
    ours = models.DecimalField(max_digits=16, decimal_places=6)
    theirs = models.DecimalField(max_digits=16, decimal_places=6)
    gap = models.DecimalField(max_digits=14, decimal_places=2)
    since = models.DateTimeField()
    # Whether it asks for somebody (rules.still_open).
    is_open = models.BooleanField(default=True)
    known_reason = models.CharField(max_length=200, default="", blank=True)
    known_by = models.CharField(max_length=120, default="", blank=True)
    known_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parity_difference"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "order", "position", "what"], condition=Q(order__isnull=False), name="parity_order_once"),
            models.UniqueConstraint(fields=["portal", "invoice", "position", "what"], condition=Q(invoice__isnull=False), name="parity_invoice_once"),
            models.CheckConstraint(condition=Q(order__isnull=False, invoice=None) | Q(order=None, invoice__isnull=False), name="parity_of_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["cause", "is_open", "-id"], name="parity_of_cause"), models.Index(fields=["portal", "cause"], condition=Q(is_open=True), name="parity_open")]

    def __str__(self) -> str:
        return f"{self.what} {self.gap}"


class Check(PortalModel):
    """How the last check of each kind of document went. `tried`: how many agree in amounts and VAT as the portal calculates ("") and in other ways (rules.agreeing)."""

    document = models.CharField(max_length=8, choices=Cause.Document)
    at = models.DateTimeField()
    since = models.DateTimeField()
    documents = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    tried = models.JSONField(default=dict)

    class Meta:
        db_table = "parity_check"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "document"], name="parity_check_once")]
