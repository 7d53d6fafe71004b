"""What merging parties does with programs. Each is called inside the deed."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.merging import Deed
from portiek.edges.api.models import ApiKey, WebhookEndpoint
from portiek.foundation.parties.permissions import MERGE


@action(MERGE)
def end_keys_of(actor: Actor, deed: Deed) -> None:
    """End the keys and clients of a party that becomes part of another one."""
    if not deed.is_split:
        ApiKey.objects.filter(portal_id=actor.portal_id, party_id=deed.source, revoked_at=None).update(revoked_at=timezone.now())


@action(MERGE)
def end_webhooks_of(actor: Actor, deed: Deed) -> None:
    """Remove the webhooks of a party that becomes part of another one, with their secrets."""
    if not deed.is_split:
        found = WebhookEndpoint.objects.filter(portal_id=actor.portal_id, party_id=deed.source).exclude(state=WebhookEndpoint.State.REMOVED)
        found.update(state=WebhookEndpoint.State.REMOVED, secret="", old_secret="", next_at=None)
