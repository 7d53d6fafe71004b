"""Files of the log: each person sees those that he asked for in the company he acts for, nobody else's."""

from __future__ import annotations

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.audit.models import Export


def _own(actor: Actor) -> QuerySet[Export]:
    return Export.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, party_id=actor.party_id).select_related("file")  # type: ignore[misc]


def exports(actor: Actor) -> list[Export]:
    """Return the files this person asked for, last first."""
    return list(_own(actor).order_by("-pk")[:50])


def export(actor: Actor, key: int) -> Export:
    """Return one file this person asked for. Raises NotFound."""
    found = _own(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def export_to_make(actor: Actor, export_id: int) -> Export | None:
    """Return what is still to be made, for the job."""
    return Export.objects.select_related("user", "party").filter(portal_id=actor.portal_id, pk=export_id, state=Export.State.ASKED).first()


def export_made(actor: Actor, export_id: int) -> Export | None:
    """Return a file of the log that is ready, whoever asked for it, or None: for the portal itself."""
    return Export.objects.filter(portal_id=actor.portal_id, pk=export_id, state=Export.State.READY).first() if actor.kind == "system" else None
