"""What the API keeps of one person: the keys he made and the webhooks he set up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.personal import Person, part
from portiek.edges.api.models import ApiKey, WebhookEndpoint


def _keys(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = ApiKey.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return rows.values("name", "prefix", "rights", "created_at", "expires_at", "revoked_at", "last_used_at")


def _webhooks(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return WebhookEndpoint.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "url", "events")


part("api.webhooks", _("Webhooks you set up"), order=51, collect=_webhooks, columns={"name": _("Name"), "url": _("Address"), "events": _("What")})
part("api.keys", _("API keys you made"), order=50, collect=_keys,
     columns={"name": _("Name"), "prefix": _("Begins with"), "rights": _("Rights"), "created_at": _("Made"), "expires_at": _("Valid until"), "revoked_at": _("Revoked"), "last_used_at": _("Last used")})
