"""How a cause is shown where only its reference is known. To staff only."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.settlement.parity import permissions, queries, wording


def _cause(actor: Actor, key: int) -> Shown | None:
    found = queries.causes(actor).filter(pk=key).first() if actor.is_staff and actor.may(permissions.VIEW) else None
    return Shown(wording.cause(found), reverse("parity:cause", args=[key])) if found else None


register_ref("parity.cause", _cause)
