"""Every read about keys."""

from __future__ import annotations

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.edges.api.models import ApiKey


def keys(actor: Actor) -> QuerySet[ApiKey]:
    """The keys of the actor's own company (staff: of the portal itself), newest first, ended ones too."""
    return ApiKey.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id).select_related("user").order_by("-id")  # type: ignore[misc]
