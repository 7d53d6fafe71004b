"""How a party is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.parties import permissions, queries
from portiek.foundation.parties.models import Party, Unit


def _party(actor: Actor, key: int) -> Shown | None:
    found = Party.objects.filter(pk=key).first()
    if found is None:
        return None
    return Shown(found.name, reverse("parties:detail", args=[found.number]) if actor.is_staff else reverse("parties:mine"))


def _portal(actor: Actor, key: int) -> Shown | None:
    return Shown(queries.portal(actor).name, "") if key == actor.portal_id else None


def _unit(actor: Actor, key: int) -> Shown | None:
    found = Unit.objects.select_related("party").filter(pk=key).first() if actor.may(permissions.UNIT_MANAGE) else None
    if found is None:
        return None
    return Shown(found.name, reverse("parties:unit", args=[found.party.number, key]) if actor.is_staff else reverse("parties:my-unit", args=[key]))


register_ref("parties.party", _party)
register_ref("parties.unit", _unit)
register_ref("parties.portal", _portal)
