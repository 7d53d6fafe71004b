"""What is recorded about invoices and payments."""

from portiek.core.facts import Fact, fact


@fact("invoicing.invoice.issued", public=True)
class InvoiceIssued(Fact):
    """The books hold a new invoice."""

    invoice_id: int


@fact("invoicing.invoice.changed", public=True)
class InvoiceChanged(Fact):
    """An invoice changed in the books."""

    invoice_id: int


@fact("invoicing.invoice.paid", public=True)
class InvoicePaid(Fact):
    """Nothing of an invoice is open any more."""

    invoice_id: int


@fact("invoicing.payment.posted", public=True)
class PaymentPosted(Fact):
    """A payment was booked."""

    payment_id: int


@fact("invoicing.invoice.pdf_attached")
class PdfAttached(Fact):
    """The ERP's own document of an invoice came in."""

    invoice_id: int


@fact("invoicing.invoice.downloaded")
class InvoiceDownloaded(Fact):
    """Somebody fetched the document of an invoice."""

    invoice_id: int
