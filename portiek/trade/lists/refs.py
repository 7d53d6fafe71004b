"""How an order list is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, register_ref
from portiek.trade.lists import queries
from portiek.trade.orders.permissions import CART


def _list(actor: Actor, key: int) -> Shown | None:
    try:
        found = queries.order_list(actor, key) if actor.party_id and actor.may(CART) else None
    except NotFound:
        return None
    return Shown(found.name, reverse("lists:list", args=[found.pk])) if found else None


register_ref("lists.list", _list)
