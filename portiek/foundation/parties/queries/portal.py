"""Every read about the portal itself."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Logo, Portal


def portal(actor: Actor) -> Portal:
    """Return the portal itself."""
    return Portal.objects.get(pk=actor.portal_id)


def logo(actor: Actor, digest: str) -> bytes:
    """Return the portal's logo as PNG by its digest. Raises NotFound."""
    found = Logo.objects.filter(portal_id=actor.portal_id, digest=digest).first()
    if found is None:
        raise NotFound
    return bytes(found.content)
