"""Files of the log: asked for by a person, made by a job, fetched by that person alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.foundation.audit import errors as errors
from portiek.foundation.audit import facts, permissions
from portiek.foundation.audit.models import Export
from portiek.foundation.audit.queries import Wanted
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY

AT_ONCE = 5


@action(permissions.VIEW)
def ask_export(actor: Actor, *, wanted: Wanted, format: str) -> Export:
    """Ask for a file of the log; a job makes it under this person's own rights. Raises Refused while five are being made for him."""
    if actor.api_key_id or not actor.user_id:
        raise Refused("audit-export-person")
    if Export.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, state=Export.State.ASKED).count() >= AT_ONCE:
        raise Refused("audit-export-many")
    made = Export.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, format=format, wanted=_kept(wanted), language=actor.language, asked_at=timezone.now())
    record(actor, facts.ExportAsked(export_id=made.pk, format=format), party_id=actor.party_id, subject=ref("audit.export", made.pk), text=format.upper())
    defer(actor, named("audit.export"), export_id=made.pk)
    return made


def _kept(wanted: Wanted) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(wanted).items() if value not in (None, "")}


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def note_progress(actor: Actor, *, export: Export, rows: int, total: int) -> None:
    """Note how far a file is. Only the portal itself."""
    _only_system(actor)
    Export.objects.filter(pk=export.pk).update(rows=rows, total=total)


@action(None)
def keep_export(actor: Actor, *, export: Export, path: Path, name: str, media_type: str, rows: int) -> None:
    """Keep a file that is ready, for nobody but who asked for it. Only the portal itself."""
    _only_system(actor)
    with path.open("rb") as content:
        stored = files.store(actor, name=name, media_type=media_type, content=content, party_id=export.party_id, right=NOBODY)
    Export.objects.filter(pk=export.pk).update(file=stored, state=Export.State.READY, rows=rows, total=rows, ready_at=timezone.now())
    record(actor, facts.ExportReady(export_id=export.pk, rows=rows), party_id=export.party_id, subject=ref("audit.export", export.pk), text=name)


@action(None)
def give_up_export(actor: Actor, *, export: Export) -> None:
    """Note that a file was not made: its asker may no longer see the log, or something broke. Only the portal itself."""
    _only_system(actor)
    Export.objects.filter(pk=export.pk, state=Export.State.ASKED).update(state=Export.State.FAILED, ready_at=timezone.now())


@action(permissions.VIEW)
def note_export_download(actor: Actor, *, export: Export) -> None:
    """Record that somebody fetched his file of the log."""
    record(actor, facts.ExportDownloaded(export_id=export.pk), party_id=export.party_id, subject=ref("audit.export", export.pk), text=export.format.upper())


@action(None)
def drop_exports(actor: Actor, *, now: datetime) -> int:
    """Forget the files of the log whose time is over; their bytes go with the files that nothing refers to. Only the portal itself."""
    _only_system(actor)
    count, _per = over(actor, "audit.exports", now=now).delete()
    return count
