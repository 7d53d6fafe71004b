"""How an electronic order is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.edges.exchange import permissions, queries
from portiek.edges.exchange.actions import REF


def _message(actor: Actor, key: int) -> Shown | None:
    found = queries.message_by_id(actor, key) if actor.may(permissions.VIEW) else None
    return Shown(str(found), reverse("exchange:message", args=[found.key])) if found else None


register_ref(REF, _message)
