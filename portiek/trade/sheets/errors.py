"""What is refused about documents of products, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

KIND = word("sheets.kind", _("This is no file that can be kept: choose a PDF, a picture (PNG, JPEG, WebP), a drawing (DWG, DXF, STEP, IFC), a text or spreadsheet (DOCX, XLSX, ODT, ODS) or a ZIP."))
CONTENT = word("sheets.content", _("What is in the file is not what its name says."))
SIZE = word("sheets.size", _("A file can be 20 MB at most."))
SAME = word("sheets.same", _("This is the file that counts already."))
OLDER = word("sheets.older", _("A newer version counts from {day}. Take that one away first, or give this one a later day."))
OF_ERP = word("sheets.of_erp", _("The administration keeps this; change it there."))
NOT_ADDRESS = word("sheets.not_address", _("Its address is no public one with https, but a name of a file, for instance."))
NOT_UNREACHABLE = word("sheets.not_unreachable", _("Nobody answers there; it was tried three times."))
NOT_GONE = word("sheets.not_gone", _("There is nothing at this address."))
NOT_REFUSED = word("sheets.not_refused", _("Who has it does not hand it out to a program."))
NOT_SIZE = word("sheets.not_size", _("It is larger than 20 MB."))
NOT_KIND = word("sheets.not_kind", _("It is no document, picture or drawing, but a page, for instance."))
NOT_MOST = word("sheets.not_most", _("The product has too many documents."))
MOST = word("sheets.most", _("A product has {most} documents at most."))
