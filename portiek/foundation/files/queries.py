"""Every read of files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db.models import Exists, OuterRef, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.files import storage
from portiek.foundation.files.models import StoredFile


def file(actor: Actor, key: str) -> StoredFile:
    """Return one file by its key. Unknown, of another party, beyond the actor's rights: the same NotFound."""
    found = StoredFile.objects.filter(portal_id=actor.portal_id, key=key).first() if len(key) <= 43 and "\0" not in key else None
    if found is None or not actor.may(found.right):
        raise NotFound
    return found


def path(actor: Actor, stored: StoredFile) -> Path:
    """Return where the bytes of a file are. Raises NotFound when they are gone."""
    return content(actor, stored.sha256)


def content(actor: Actor, sha256: str) -> Path:
    """Return where these bytes are, for a module whose own rows say who may have them. Raises NotFound when they are gone."""
    place = storage.path_of(actor.portal_id, sha256)
    if not place.is_file():
        raise NotFound
    return place


def open(actor: Actor, stored: StoredFile) -> IO[bytes]:
    """Open the bytes of a file for reading."""
    return path(actor, stored).open("rb")


def orphans(actor: Actor, *, before: datetime) -> QuerySet[StoredFile]:
    """Return the files that were stored before a moment and that no row of any module refers to."""
    found = StoredFile.objects.filter(portal_id=actor.portal_id, stored_at__lt=before)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            found = found.exclude(Exists(relation.related_model.objects.filter(portal_id=actor.portal_id, **{relation.field.attname: OuterRef("pk")})))  # type: ignore[union-attr]
    return found


def kept(actor: Actor, contents: Iterable[str]) -> set[str]:
    """Return which of these contents (hashes) belong to a file."""
    return set(StoredFile.objects.filter(portal_id=actor.portal_id, sha256__in=list(contents)).values_list("sha256", flat=True))
