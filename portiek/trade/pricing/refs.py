"""How an agreement is shown where another module refers to it."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.trade.pricing import permissions, queries


def _agreement(actor: Actor, key: int) -> Shown | None:
    found = queries.agreements(actor).filter(pk=key).first() if actor.may(permissions.AGREEMENT_VIEW) else None
    if found is None:
        return None
    url = reverse("pricing:agreement", args=[found.party.number, found.number]) if actor.is_staff else reverse("pricing:my-agreement", args=[found.number])
    return Shown(found.name, url)


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    shown, way = _agreement(actor, key), Way(permissions.AGREEMENT_VIEW)
    return Sight(shown.label, shown.url, queries.agreements(actor).values_list("party_id", flat=True).get(pk=key), (way,), (way,)) if shown else None


register_ref("pricing.agreement", _agreement)
register_sight("pricing.agreement", _sight)
