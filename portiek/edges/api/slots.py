"""The API's place in the menu."""

from django.utils.translation import gettext_lazy as _

from portiek.core.nav import place
from portiek.edges.api import permissions

place("api", _("API keys"), icon="key-round", url="api:keys", right=permissions.APIKEY_MANAGE, order=920, group="company")
