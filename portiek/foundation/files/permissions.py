"""Rights over files."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

VIEW = right("file.view", _("Download files"))
# The right of a file that is handed out by the module that made it, to one person alone: no role can hold it, since it is not registered.
NOBODY = "file.nobody"

subject(_("Documents"), "file", order=50)
feature("files", _("Downloads"), _("Files and documents that were made ready for them."), VIEW, order=60)
