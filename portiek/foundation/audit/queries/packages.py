"""Copies of a person's own data: at the gate each person sees his own; staff see that they were made, never what is in them."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership
from portiek.foundation.audit.models import Package
from portiek.foundation.files.models import StoredFile


def own_packages(actor: Actor) -> list[Package]:
    """Return the copies of the person of the gate, last first. Only at the gate."""
    return list(Package.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id).order_by("-pk")[:10]) if actor.kind == "auth" and actor.user_id else []


def own_package(actor: Actor, key: int) -> Package:
    """Return one copy that is ready, of the person of the gate. Only at the gate. Raises NotFound."""
    found = Package.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, pk=key, state=Package.State.READY).first() if actor.kind == "auth" and actor.user_id else None
    if found is None:
        raise NotFound
    return found


def packages(actor: Actor) -> list[Package]:
    """Return the copies that were asked for, last first, for staff: whose and when."""
    return list(Package.objects.select_related("user").filter(portal_id=actor.portal_id).order_by("-pk")[:50])


def package_to_make(actor: Actor, package_id: int) -> Package | None:
    """Return what is still to be made, for the job."""
    return Package.objects.select_related("user").filter(portal_id=actor.portal_id, pk=package_id, state=Package.State.ASKED).first()


def files_stored_by(actor: Actor, user_id: int) -> list[StoredFile]:
    """Return the files that a person put in the portal for a company of his and that are still there. What staff store is their company's, not their own."""
    own = Membership.objects.filter(portal_id=actor.portal_id, user_id=user_id, party__isnull=False).values("party_id")
    stored = FactRow.objects.filter(portal_id=actor.portal_id, user_id=user_id, name="files.file.stored").values_list("subject", flat=True)
    keys = [int(subject.partition(":")[2]) for subject in stored]
    return list(StoredFile.objects.filter(portal_id=actor.portal_id, pk__in=keys, party_id__in=own).order_by("pk"))
