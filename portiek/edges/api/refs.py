"""How a webhook is shown where only its reference is known, and who sees it."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.edges.api import permissions, queries


def _webhook(actor: Actor, key: int) -> Shown | None:
    found = queries.webhook_by_id(actor, key) if actor.may(permissions.APIKEY_MANAGE) else None
    return Shown(found.name, reverse("api:webhook", args=[found.key])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found, way = queries.webhook_by_id(actor, key) if actor.may(permissions.APIKEY_MANAGE) else None, Way(permissions.APIKEY_MANAGE)
    return Sight(found.name, reverse("api:webhook", args=[found.key]), found.party_id, (way,) if found.party_id else (), (way,)) if found else None


register_ref("api.webhook", _webhook)
register_sight("api.webhook", _sight)
