"""Rights over the API."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right
from portiek.foundation.tasks.permissions import PROGRAM as TASKS

APIKEY_MANAGE = right("apikey.manage", _("Connect own programs: API keys and webhooks"), behalf=False)

feature("programs", _("Own programs"), _("API keys and webhooks of their own. Keys that stand keep what other features give."), APIKEY_MANAGE, TASKS, order=95)
