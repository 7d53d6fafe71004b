"""How a proposal is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.proposals import permissions
from portiek.foundation.proposals.models import Proposal


def _proposal(actor: Actor, key: int) -> Shown | None:
    if not actor.may(permissions.VIEW if actor.is_staff else permissions.PROPOSE):
        return None
    label = Proposal.objects.filter(pk=key).values_list("label", flat=True).first()
    return Shown(label, reverse("proposals:detail", args=[key])) if label else None


register_ref("proposals.proposal", _proposal)
