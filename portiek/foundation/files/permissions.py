"""Rights over files."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject

VIEW = right("file.view", _("Download files"))

subject(_("Documents"), "file", order=50)
