"""Rights over files."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("file.view", _("Download files"))
