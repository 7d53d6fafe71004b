"""How a webhook is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.edges.api import permissions, queries


def _webhook(actor: Actor, key: int) -> Shown | None:
    found = queries.webhook_by_id(actor, key) if actor.may(permissions.APIKEY_MANAGE) else None
    return Shown(found.name, reverse("api:webhook", args=[found.key])) if found else None


register_ref("api.webhook", _webhook)
