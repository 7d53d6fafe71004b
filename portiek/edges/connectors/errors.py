"""The refusals of this module in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

LABEL_TAKEN = word("connectors.label-taken", _("There is a connection called {label} already; choose another name."))
NOT_STUCK = word("connectors.not-stuck", _("{key} is not stuck any more; look at the list again."))
UNDER_WAY = word("connectors.under-way", _("{key} is being sent this moment; wait for the answer."))
IS_DONE = word("connectors.is-done", _("The ERP has {key} already; cancel it there."))
MAYBE_DONE = word("connectors.maybe-done", _("The ERP may have {key}; send it again first, so that the portal looks for it."))
FILE_OVER = word("connectors.file-over", _("This file was worked on meanwhile; look at it again."))
FILE_COLUMNS = word("connectors.file-columns", _("Columns that are needed are not in this file. Change how files of this kind are read, or have the file made anew."))
FILE_MOVED = word("connectors.file-moved", _("The file changed while it was being read."))
HOST_KEY_MOVED = word("connectors.host-key-moved", _("The server does not show this key, or not any more. Test the connection and look again."))
PLACE_TAKEN = word("connectors.place-taken", _("The connection {label} has its files here already; choose another folder."))
word("merge-on-its-way", _("{count} orders of this company are on their way to the ERP, or wait for a person there. Let them arrive first."))
