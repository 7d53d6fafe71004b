"""How an agreement is shown where another module refers to it."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.trade.pricing import permissions, queries


def _agreement(actor: Actor, key: int) -> Shown | None:
    found = queries.agreements(actor).filter(pk=key).first() if actor.may(permissions.AGREEMENT_VIEW) else None
    if found is None:
        return None
    url = reverse("pricing:agreement", args=[found.party.number, found.number]) if actor.is_staff else reverse("pricing:my-agreement", args=[found.number])
    return Shown(found.name, url)


register_ref("pricing.agreement", _agreement)
