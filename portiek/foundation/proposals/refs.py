"""How a proposal is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.proposals import permissions
from portiek.foundation.proposals.models import Proposal


def _proposal(actor: Actor, key: int) -> Shown | None:
    if not actor.may(permissions.VIEW if actor.is_staff else permissions.PROPOSE):
        return None
    label = Proposal.objects.filter(pk=key).values_list("label", flat=True).first()
    return Shown(label, reverse("proposals:detail", args=[key])) if label else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    shown = _proposal(actor, key)
    return Sight(shown.label, shown.url, Proposal.objects.values_list("party_id", flat=True).get(pk=key), (Way(permissions.PROPOSE),), (Way(permissions.VIEW),)) if shown else None


register_ref("proposals.proposal", _proposal)
register_sight("proposals.proposal", _sight)
