"""Rights over the API."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

APIKEY_MANAGE = right("apikey.manage", _("Connect own programs: API keys and webhooks"), behalf=False)
