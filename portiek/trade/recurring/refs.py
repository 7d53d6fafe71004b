"""How a recurring order is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, register_ref
from portiek.trade.orders.permissions import PLACE
from portiek.trade.recurring import queries


def _recurring(actor: Actor, key: int) -> Shown | None:
    try:
        found = queries.recurring(actor, key) if actor.party_id and actor.may(PLACE) else None
    except NotFound:
        return None
    return Shown(found.name, reverse("recurring:detail", args=[found.pk])) if found else None


register_ref("recurring.order", _recurring)
