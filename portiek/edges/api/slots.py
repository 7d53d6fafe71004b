"""The API's place in the menu, a company's own programs on its page, and the words of facts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core import slots
from portiek.core.nav import belongs, place
from portiek.core.pages import Request, part
from portiek.core.sight import Sight
from portiek.edges.api import permissions, queries, wording
from portiek.edges.api.views.keys import label_of
from portiek.foundation.accounts.permissions import USER_MANAGE
from portiek.foundation.accounts.wording import said
from portiek.foundation.audit.words import fact_words
from portiek.trade.pricing.queries import feeds_of

place("api", _("Own programs"), icon="webhook", url="api:keys", right=permissions.APIKEY_MANAGE, order=920, audience="party", group="company")
place("api-portal", _("API and webhooks"), icon="webhook", url="api:keys", right=permissions.APIKEY_MANAGE, order=835, audience="staff", group="setup")
belongs("api:webhooks", "api")
belongs("api:webhooks", "api-portal")


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff the keys and webhooks of a party."""
    found = {"keys": list(queries.keys(request.actor, party_id=party.pk)), "webhooks": list(queries.webhooks(request.actor, party_id=party.pk)), "feeds": list(feeds_of(request.actor, party_id=party.pk))}
    return part(request, "api/of_party.html", {"party": party, **found, "label": label_of, "now": timezone.now(), "words": wording})


def _readers(request: Request, *, sight: Sight, staff: bool) -> str:
    """Show which programs read an object, beside the people."""
    found = queries.readers(request.actor, sight, staff=staff)
    return part(request, "api/readers.html", {"readers": [(row, [said(code) for code in row.held]) for row in found]}) if found else ""


slots.fill("accounts.who.panels", key="programs", order=10, right=USER_MANAGE, render=_readers)
slots.fill("parties.detail.tabs", key="programs", label=_("Own programs"), right=permissions.APIKEY_MANAGE, order=70, render=_of_party)

fact_words("api.key.created", _("{user} made the API key {text}"), icon="key-round")
fact_words("api.key.revoked", _("{user} revoked the API key {text}"), icon="key-round", tone="stop")
fact_words("api.key.renewed", _("{user} gave the API key {text} another secret"), icon="key-round")
fact_words("api.key.old_secret_ended", _("{user} ended the old secret of the API key {text}"), icon="key-round", tone="stop")
fact_words("api.key.taken_over", _("{user} now answers for the API key {text}"), icon="key-round")
fact_words("api.key.networks_changed", _("{user} changed from where the API key {text} may be used"), icon="key-round")
fact_words("api.key.outside", _("The API key {text} was used from {network}, where it may not be, and was refused"), icon="key-round", tone="stop")
fact_words("api.webhook.created", _("{user} set up the webhook {text} to {url}"), icon="webhook")
fact_words("api.webhook.changed", _("{user} changed the webhook {text}, which goes to {url}"), icon="webhook")
fact_words("api.webhook.paused", _("{user} paused the webhook {text}"), icon="webhook", tone="wait")
fact_words("api.webhook.resumed", _("{user} switched on the webhook {text}"), icon="webhook")
fact_words("api.webhook.disabled", _("The portal switched off the webhook {text}"), icon="webhook", tone="stop")
fact_words("api.webhook.secret_rotated", _("{user} gave the webhook {text} a new secret"), icon="webhook")
fact_words("api.webhook.replay_asked", _("{user} had a period of the webhook {text} sent again"), icon="webhook")
fact_words("api.webhook.removed", _("{user} removed the webhook {text}"), icon="webhook", tone="stop")
