"""How a quote is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.trade.quotes import permissions
from portiek.trade.quotes.queries import quote_by_id


def _quote(actor: Actor, key: int) -> Shown | None:
    found = quote_by_id(actor, key)
    return Shown(found.number, reverse("quotes:detail", args=[found.number])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found = quote_by_id(actor, key)
    if found is None:
        return None
    units = tuple(found.unit.path) if found.unit is not None else ()
    return Sight(found.number, reverse("quotes:detail", args=[found.number]), found.party_id, (Way(permissions.VIEW, user_id=found.user_id, units=units),), (Way(permissions.VIEW),))


register_ref("quotes.quote", _quote)
register_sight("quotes.quote", _sight)
