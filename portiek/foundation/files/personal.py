"""What files hold of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention
from portiek.core.personal import not_personal, processing

processing("files.files", _("Stored files"), order=60, purpose=_("Keeping documents that belong to orders, invoices and companies."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."),
           persons=_("Whoever a document is about, and who put it there"), term=_("As long as what they belong to; a day when nothing refers to them."), receivers=_("Colleagues of the same company with the right to see them."),
           fields={"files.StoredFile": {"name": _("Name of a file"), "stored_by": _("Name")}})
not_personal("a random key", "files.StoredFile.key")

mention("files.StoredFile", "name", "stored_by")
