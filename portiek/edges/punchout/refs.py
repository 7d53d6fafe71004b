"""How a purchasing system is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.edges.punchout import queries
from portiek.edges.punchout.actions import REF


def _system(actor: Actor, key: int) -> Shown | None:
    found = queries.systems(actor).filter(pk=key).first()
    return Shown(found.name, reverse("punchout:system", args=[found.login])) if found else None


register_ref(REF, _system)
