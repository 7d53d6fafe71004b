"""Every read of files."""

from __future__ import annotations

from pathlib import Path
from typing import IO

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
    place = storage.path_of(stored.portal_id, stored.sha256)
    if not place.is_file():
        raise NotFound
    return place


def open(actor: Actor, stored: StoredFile) -> IO[bytes]:
    """Open the bytes of a file for reading."""
    return path(actor, stored).open("rb")
