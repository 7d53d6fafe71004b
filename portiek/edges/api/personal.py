"""What the API keeps of one person: the keys he made and the webhooks he set up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, NOW, mention, nameless, stays
from portiek.core.models import Idempotent
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.edges.api.models import ApiKey, WebhookDelivery, WebhookEndpoint


def _keys(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = ApiKey.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return rows.values("name", "prefix", "rights", "created_at", "expires_at", "revoked_at", "last_used_at")


def _webhooks(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return WebhookEndpoint.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "url", "events")


part("api.webhooks", _("Webhooks you set up"), order=51, collect=_webhooks, columns={"name": _("Name"), "url": _("Address"), "events": _("What")})
part("api.keys", _("API keys you made"), order=50, collect=_keys,
     columns={"name": _("Name"), "prefix": _("Begins with"), "rights": _("Rights"), "created_at": _("Made"), "expires_at": _("Valid until"), "revoked_at": _("Revoked"), "last_used_at": _("Last used")})

processing("api.keys", _("Keys and webhooks"), order=50, purpose=_("Letting programs of a company work with the portal, and knowing who set them up."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."),
           persons=_("Who sets up a key or a webhook; who is named in what is sent"), term=_("Messages thirty days; answers seven days; keys until they are withdrawn."), receivers=_("The programs that the company itself connects."),
           fields={"api.ApiKey": {"user": _("Keys"), "name": _("Keys")}, "api.WebhookEndpoint": {"user": _("Keys"), "name": _("Keys"), "url": _("Keys"), "reason": _("Notes")},
                   "api.WebhookDelivery": {"text": _("What was sent"), "body": _("What was sent"), "answer": _("What was sent"), "error": _("What was sent")}, "core.Idempotent": {"answer": _("What was sent")}})
not_personal("a key, a code or its hash", "api.ApiKey.client_id", "api.ApiKey.prefix", "api.WebhookEndpoint.public_key", "api.WebhookDelivery.key", "api.WebhookDelivery.event", "api.WebhookDelivery.subject", "api.WebhookEndpoint.key", "api.WebhookEndpoint.secret", "api.WebhookEndpoint.old_secret",
             "core.Idempotent.route", "core.Idempotent.key")

nameless("api.ApiKey", {"name": NAMELESS, "revoked_at": NOW}, user=("user",))
nameless("api.WebhookEndpoint", {"name": NAMELESS, "state": "removed", "next_at": None}, user=("user",))
mention("api.ApiKey", "name")
mention("api.WebhookEndpoint", "name")
mention("api.WebhookDelivery", "text", "body", "answer")
mention("core.Idempotent", "answer")
stays("api.WebhookEndpoint", "url", "reason", ground=_("The address of a company's own program."), user=("user",))
stays("api.WebhookDelivery", "error", ground=_("A code of the program."))
term("api.answers", _("Answers to requests with an Idempotency-Key"), days=7, least=1, most=30, processing="api.keys", party="party_id", old=lambda actor, before: Idempotent.objects.filter(portal_id=actor.portal_id, at__lt=before))
term("api.deliveries", _("Messages to webhooks that arrived or were given up"), days=30, least=3, most=365, processing="api.keys", party="party_id",
     old=lambda actor, before: WebhookDelivery.objects.filter(portal_id=actor.portal_id, queued_at__lt=before).exclude(state=WebhookDelivery.State.WAITING))
