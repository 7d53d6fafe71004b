"""The API's place in the menu, a company's own programs on its page, and the words of facts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core import slots
from portiek.core.nav import belongs, place
from portiek.core.pages import Request, part
from portiek.edges.api import permissions, queries, wording
from portiek.edges.api.views.keys import label_of
from portiek.foundation.audit.words import fact_words

place("api", _("Own programs"), icon="webhook", url="api:keys", right=permissions.APIKEY_MANAGE, order=920, group="company")
belongs("api:webhooks", "api")


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff the keys and webhooks of a party."""
    found = {"keys": list(queries.keys(request.actor, party_id=party.pk)), "webhooks": list(queries.webhooks(request.actor, party_id=party.pk))}
    return part(request, "api/of_party.html", {"party": party, **found, "label": label_of, "now": timezone.now(), "words": wording})


slots.fill("parties.detail.tabs", key="programs", label=_("Own programs"), right=permissions.APIKEY_MANAGE, order=70, render=_of_party)

fact_words("api.key.created", _("{user} made the API key {text}"), icon="key-round")
fact_words("api.key.revoked", _("{user} revoked the API key {text}"), icon="key-round", tone="stop")
fact_words("api.webhook.created", _("{user} set up the webhook {text} to {url}"), icon="webhook")
fact_words("api.webhook.changed", _("{user} changed the webhook {text}, which goes to {url}"), icon="webhook")
fact_words("api.webhook.paused", _("{user} paused the webhook {text}"), icon="webhook", tone="wait")
fact_words("api.webhook.resumed", _("{user} switched on the webhook {text}"), icon="webhook")
fact_words("api.webhook.disabled", _("The webhook {text} was switched off ({reason})"), icon="webhook", tone="stop")
fact_words("api.webhook.secret_rotated", _("{user} gave the webhook {text} a new secret"), icon="webhook")
fact_words("api.webhook.replay_asked", _("{user} had the webhook {text} sent again, from {since} until {until}"), icon="webhook")
fact_words("api.webhook.removed", _("{user} removed the webhook {text}"), icon="webhook", tone="stop")
