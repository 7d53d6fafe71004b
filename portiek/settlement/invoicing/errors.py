"""The words of what invoicing refuses."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

SYSTEM = word("invoicing-system", _("Invoices and payments come from the books only."))
NOT_PDF = word("invoicing-not-pdf", _("This is not a PDF document."))
