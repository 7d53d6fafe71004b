"""How a change of a bank account is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.banking import permissions
from portiek.foundation.banking.models import BankChange


def _change(actor: Actor, key: int) -> Shown | None:
    if not actor.may(permissions.DECIDE if actor.is_staff else permissions.MANAGE):
        return None
    found = BankChange.objects.filter(pk=key).first()
    return Shown(found.mask, reverse("banking:detail", args=[key])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found, way = BankChange.objects.filter(pk=key).first() if actor.may(permissions.VIEW) else None, Way(permissions.VIEW)
    return Sight(found.mask, reverse("banking:detail", args=[key]), found.party_id, (way,), (way,)) if found else None


register_ref("banking.change", _change)
register_sight("banking.change", _sight)
