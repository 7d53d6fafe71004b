"""Keys and webhooks were given to programs of one company, for what that company has: they end with it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.merging import Deed, stays, step
from portiek.edges.api import actions
from portiek.edges.api.models import ApiKey, WebhookEndpoint


def _keys(actor: Actor, deed: Deed) -> int:
    return 0 if deed.is_split else ApiKey.objects.filter(portal_id=actor.portal_id, party_id=deed.source, revoked_at=None).count()


def _hooks(actor: Actor, deed: Deed) -> int:
    return 0 if deed.is_split else WebhookEndpoint.objects.filter(portal_id=actor.portal_id, party_id=deed.source).exclude(state=WebhookEndpoint.State.REMOVED).count()


step("api.ApiKey", label=_("API keys"), says=_("End: nobody gave them for the company that stays."), count=_keys, ends=True, do=actions.end_keys_of)
stays("api.ApiToken", ground=_("Ends with the key that it was made by."))
step("api.WebhookEndpoint", label=_("Webhooks"), says=_("End: nobody gave them for the company that stays."), count=_hooks, ends=True, do=actions.end_webhooks_of)
stays("api.WebhookDelivery", ground=_("What was sent to whom."))
