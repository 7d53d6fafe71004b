"""What invoices hold of people, for the register."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import books, stays
from portiek.core.personal import not_personal, processing
from portiek.settlement.invoicing.models import Invoice

processing("invoicing.invoices", _("Invoices and payments"), order=22, purpose=_("Sending invoices and following their payment."), ground=_("The duty to keep books (GDPR art. 6(1)(c), art. 52 AWR)."),
           persons=_("Private persons and sole traders who are customers"), term=_("Seven years after the year of the invoice."), receivers=_("The ERP; the tax authorities when they ask."),
           fields={"invoicing.Invoice": {"number": _("Invoices"), "reference": _("What was written")}, "invoicing.Payment": {"reference": _("Payments")}})
not_personal("what was invoiced, and a search index of numbers", "invoicing.InvoiceLine", "invoicing.InvoiceOrder", "invoicing.InvoiceTerm")

stays("invoicing.Invoice", "number", "reference", ground=_("Seven years after the year of the invoice, for the books (art. 52 AWR)."), party=("party",))
stays("invoicing.Payment", "reference", ground=_("Seven years after the year of the payment, for the books (art. 52 AWR)."), party=("party",))
books("invoicing", lambda actor, parties: Invoice.objects.filter(portal_id=actor.portal_id, party_id__in=parties).aggregate(last=Max("invoice_date"))["last"])
