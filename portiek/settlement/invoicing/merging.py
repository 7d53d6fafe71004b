"""Invoices and payments go along with who owes them now; a split leaves them, as the books have them."""

from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("invoicing.Invoice", label=_("Invoices"), order=30)
moves("invoicing.Payment", label=_("Payments"), order=30)
for _label in ("InvoiceLine", "InvoiceOrder", "InvoiceTerm"):
    moves(f"invoicing.{_label}", hangs_on="invoice")
moves("invoicing.PaymentAllocation", hangs_on="payment")
