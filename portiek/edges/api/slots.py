"""The API's place in the menu."""

from django.utils.translation import gettext_lazy as _

from portiek.core.nav import place
from portiek.edges.api import permissions
from portiek.foundation.audit.words import fact_words

place("api", _("API keys"), icon="key-round", url="api:keys", right=permissions.APIKEY_MANAGE, order=920, group="company")

fact_words("api.key.created", _("{user} made the API key {text}"), icon="key-round")
fact_words("api.key.revoked", _("{user} revoked the API key {text}"), icon="key-round", tone="stop")
