"""How a request for an account is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.applications import permissions, queries


def _application(actor: Actor, key: int) -> Shown | None:
    if not actor.may(permissions.DECIDE):
        return None
    found = queries.applications(actor).filter(pk=key).values_list("company", flat=True).first()
    return Shown(found, reverse("applications:detail", args=[key])) if found else None


register_ref("applications.application", _application)
