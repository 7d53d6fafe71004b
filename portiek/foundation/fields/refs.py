"""How a field is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.fields import permissions
from portiek.foundation.fields.models import Field


def _field(actor: Actor, key: int) -> Shown | None:
    found = Field.objects.filter(pk=key).first() if actor.is_staff else None
    return Shown(found.name, reverse("fields:change", args=[key]) if actor.may(permissions.MANAGE) else "") if found else None


register_ref("fields.field", _field)
