"""Every write of files."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import IO

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.files import facts, permissions, queries, rules, storage
from portiek.foundation.files.models import StoredFile


@action(None)
def store(actor: Actor, *, name: str, media_type: str, content: bytes | IO[bytes], party_id: int | None = None, right: str = permissions.VIEW) -> StoredFile:
    """Keep a file for a party (None: for the staff alone). `right`: what one needs to fetch it.

    The bytes are safe on disk before the row is; bytes without a row are harmless.
    """
    sha256, size = storage.write(actor.portal_id, content)
    made = StoredFile.objects.create(
        portal_id=actor.portal_id,
        party_id=party_id,
        key=secrets.token_urlsafe(32),
        name=rules.clean_name(name),
        media_type=rules.media_type(media_type),
        size=size,
        sha256=sha256,
        right=right,
        stored_by=actor.name[:120],
        stored_at=timezone.now(),
    )
    record(actor, facts.FileStored(file_id=made.pk, size=size), party_id=party_id, subject=ref("files.file", made.pk), text=made.name)
    return made


@action(None)
def note_download(actor: Actor, *, stored: StoredFile) -> None:
    """Record that somebody fetched a file."""
    record(actor, facts.FileDownloaded(file_id=stored.pk), party_id=stored.party_id, subject=ref("files.file", stored.pk), text=stored.name)


@action(None)
def drop_orphans(actor: Actor, *, before: datetime) -> int:
    """Forget the files that were stored before a moment and that nothing refers to; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = queries.orphans(actor, before=before).delete()
    if count:
        record(actor, facts.FilesDropped(files=count))
    return count
