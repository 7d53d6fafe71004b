"""What is refused about spreadsheets, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("file-type", _("This is no spreadsheet. Bring an Excel file (.xlsx or .xls), a LibreOffice file (.ods) or a CSV file."))
word("file-broken", _("This file cannot be read: it is damaged, or protected with a password. Save it anew and try again."))
word("file-large", _("This file becomes too large when it is opened. Save only the rows that you need as a new file."))
word("file-bytes", _("This file is larger than 5 MB. Divide it over several files."))
word("file-rows", _("This file has more than {most} rows. Divide it over several files."))
word("file-columns", _("This file has more than {columns} columns. Leave the ones out that are not needed."))
word("file-empty", _("There is nothing in this file. Begin with the template and fill in a row."))
word("file-no-rows", _("This file has headings and no rows below them."))
word("heads-missing", _("These columns are not in the file: {names}. Their names stand in the first row, as in the template."))
word("heads-twice", _("These columns are in the file twice: {names}. Leave one of each out."))
word("import-person", _("A file is brought in by a person who is logged in himself, not by a program and not on somebody's behalf."))
word("import-many", _("Three files of yours are being worked on. Wait until one is ready."))
word("import-over", _("This file waits no longer for you: it was carried out or dropped meanwhile."))
word("import-nothing", _("There is nothing to carry out: no row would change anything."))
word("import-nobody", _("You no longer have the right to bring this in, so nothing was done."))
