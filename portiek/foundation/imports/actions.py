"""Every write of imports: brought in and confirmed by a person, read and carried out by jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.foundation.imports import errors as errors
from portiek.foundation.imports import facts, queries, rules
from portiek.foundation.imports.kinds import Kind, fits
from portiek.foundation.imports.models import Import, ImportRow
from portiek.foundation.parties.models import Party

AT_ONCE = 3
REF = "imports.import"


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def bring_in(actor: Actor, *, kind: Kind, party: Party | None, name: str, content: IO[bytes], size: int) -> Import:
    """Keep a spreadsheet and have it looked at; nothing is changed by that. Raises Refused for a program, for what is too large and while three are being worked on."""
    if not actor.may(kind.right):
        raise Forbidden(kind.right)
    if not fits(kind, actor, party):
        raise NotFound
    if actor.api_key_id or actor.by_user_id or not actor.user_id:
        raise Refused("import-person")
    if size > rules.MOST_BYTES:
        raise Refused("file-bytes", field="file")
    if queries.busy(actor) >= AT_ONCE:
        raise Refused("import-many")
    party_id = party.pk if party else None
    stored = files.store(actor, name=name, media_type="application/octet-stream", content=content, party_id=party_id, right=NOBODY)
    made = Import.objects.create(portal_id=actor.portal_id, party_id=party_id, user_id=actor.user_id, as_staff=actor.is_staff, kind=kind.key, name=stored.name, file=stored, language=actor.language,
                                 asked_at=timezone.now())
    record(actor, facts.ImportAsked(import_id=made.pk, kind=kind.key), party_id=party_id, subject=ref(REF, made.pk), text=made.name)
    defer(actor, named("imports.try_out"), import_id=made.pk)
    return made


def _locked(actor: Actor, found: Import, *states: str) -> Import:
    row = Import.objects.select_for_update().filter(pk=found.pk, user_id=actor.user_id, as_staff=actor.is_staff).first()
    if row is None:
        raise NotFound
    if row.state not in states:
        raise Refused("import-over")
    return row


@action(None)
def confirm(actor: Actor, *, found: Import, kind: Kind) -> None:
    """Have the rows that were looked at carried out. Raises Refused when nothing would come of it or it is no longer to be confirmed."""
    if not actor.may(kind.right):
        raise Forbidden(kind.right)
    if actor.by_user_id or actor.api_key_id:
        raise Refused("import-person")
    row = _locked(actor, found, Import.State.READY)
    counted = queries.counts(actor, row)
    if not counted.get("new") and not counted.get("changed"):
        raise Refused("import-nothing")
    row.state, row.confirmed_at = Import.State.RUNNING, timezone.now()
    row.save(update_fields=["state", "confirmed_at"])
    defer(actor, named("imports.carry_out"), import_id=row.pk)


@action(None)
def drop(actor: Actor, *, found: Import) -> None:
    """Put a spreadsheet away that was not carried out; it goes a week after it came in."""
    row = _locked(actor, found, Import.State.READY, Import.State.UNREADABLE)
    row.state, row.done_at = Import.State.DROPPED, timezone.now()
    row.save(update_fields=["state", "done_at"])
    record(actor, facts.ImportDropped(import_id=row.pk), party_id=row.party_id, subject=ref(REF, row.pk), text=row.name)


@action(None)
def keep_rows(actor: Actor, *, found: Import, columns: Sequence[str], unknown: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Keep the rows of a spreadsheet, with the cells of the known columns alone. Only the portal itself."""
    _only_system(actor)
    ImportRow.objects.filter(portal_id=actor.portal_id, of=found).delete()
    places = [place for place, name in enumerate(columns) if name]
    ImportRow.objects.bulk_create(
        (ImportRow(portal_id=actor.portal_id, party_id=found.party_id, of=found, number=number, cells=[cells[place] if place < len(cells) else "" for place in places]) for number, cells in rows), batch_size=1000)
    found.columns, found.unknown, found.total, found.done = [name for name in columns if name], [head[:80] for head in unknown], len(rows), 0
    found.save(update_fields=["columns", "unknown", "total", "done"])


@action(None)
def refuse_file(actor: Actor, *, found: Import, problem: str) -> None:
    """Note that a spreadsheet cannot be taken, and why in words. Only the portal itself."""
    _only_system(actor)
    Import.objects.filter(pk=found.pk).update(state=Import.State.UNREADABLE, problem=problem[:500], done_at=timezone.now())
    record(actor, facts.ImportTried(import_id=found.pk), party_id=found.party_id, subject=ref(REF, found.pk), text=found.name)


@action(None)
def note_outcomes(actor: Actor, *, rows: Sequence[ImportRow], done: bool) -> None:
    """Note what would come of rows, or what came of them: in the transaction in which it did."""
    for row in rows:
        row.done = done
    ImportRow.objects.bulk_update(rows, ["outcome", "done", "problems"], batch_size=500)


@action(None)
def note_progress(actor: Actor, *, found: Import, done: int) -> None:
    """Note how far a spreadsheet is. Only the portal itself."""
    _only_system(actor)
    Import.objects.filter(pk=found.pk).update(done=done)


@action(None)
def note_ready(actor: Actor, *, found: Import) -> None:
    """Note that a spreadsheet was looked at and waits for its person. Only the portal itself."""
    _only_system(actor)
    if Import.objects.filter(pk=found.pk, state=Import.State.READING).update(state=Import.State.READY, done=found.total):
        record(actor, facts.ImportTried(import_id=found.pk), party_id=found.party_id, subject=ref(REF, found.pk), text=found.name)


@action(None)
def note_done(actor: Actor, *, found: Import, counted: Mapping[str, int]) -> None:
    """Note that a spreadsheet was carried out. Only the portal itself."""
    _only_system(actor)
    if Import.objects.filter(pk=found.pk, state=Import.State.RUNNING).update(state=Import.State.DONE, done_at=timezone.now()):
        record(actor, facts.ImportCarriedOut(import_id=found.pk, kind=found.kind, new=counted.get("new", 0), changed=counted.get("changed", 0), refused=counted.get("refused", 0)), party_id=found.party_id,
               subject=ref(REF, found.pk), text=found.name)


@action(None)
def drop_old(actor: Actor, *, now: datetime) -> int:
    """Forget what was brought in and whose time is over, with its rows; the files go with those that nothing refers to. Only the portal itself."""
    _only_system(actor)
    gone = list(over(actor, "imports.brought", now=now).values_list("pk", flat=True))
    ImportRow.objects.filter(portal_id=actor.portal_id, of_id__in=gone).delete()
    count, _per = Import.objects.filter(portal_id=actor.portal_id, pk__in=gone).delete()
    return count
