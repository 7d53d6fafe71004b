"""Every write of files that an ERP sends: by staff, and by the job that reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any, cast

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.retention import over
from portiek.edges.connectors import actions as connections
from portiek.edges.connectors import errors, facts, permissions, vendors
from portiek.edges.connectors.about import of_connection, only_the_portal
from portiek.edges.connectors.files import queries
from portiek.edges.connectors.files.mapping import FileMapping as Mapped
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.models import Connection, Feed, FileDelivery, FileMapping, FileRecord, FileRow, FileSource
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY

State = FileDelivery.State
LOOK = "connectors.files.look"
# Of rows that stay out: so many are kept with their cells; more of them stand in the report alone.
MOST_ROWS = 5000


# -- by staff


@action(permissions.MANAGE)
def save_mapping(actor: Actor, *, connection: Connection, mapped: Mapped) -> FileMapping:
    """Keep how a kind of file is read, as a new version where it differs; files that waited for it are read. Says which fields changed."""
    source_of(actor, connection=connection)
    layout, body = mapped.layout.name, mapped.as_json()
    before = FileMapping.objects.filter(connection=connection, layout=layout).order_by("-version").first()
    if before is not None and before.body == body:
        return before
    old = before.body if before else {"fields": {}}
    changed = sorted({name for name in {*old["fields"], *body["fields"]} if old["fields"].get(name) != body["fields"].get(name)} | {name for name in ("pattern", "whole") if old.get(name) != body[name]})
    made = FileMapping.objects.create(portal_id=actor.portal_id, connection=connection, layout=layout, version=before.version + 1 if before else 1, body=body, made_by=actor.name[:120], made_at=timezone.now())
    record(actor, facts.FileMappingSaved(connection_id=connection.pk, layout=layout, version=made.version, fields=changed), **of_connection(connection))
    # What was held was held by the old way of reading.
    FileDelivery.objects.filter(connection=connection, layout=layout, state__in=[State.UNMAPPED, State.HELD, State.READY]).update(state=State.WAITING, code="", detail="")
    defer(actor, named(LOOK), connection=connection.pk)
    return made


@action(permissions.MANAGE)
def bring_file(actor: Actor, *, connection: Connection, layout: str, name: str, content: IO[bytes], is_whole: bool, heads: Sequence[str], sample: Sequence[Sequence[Any]], is_catalogue: bool = False) -> FileDelivery:
    """Keep a file that somebody brings and have it tried; nothing is taken over before he has seen what would come of it. Nobody need say how a catalogue is read."""
    stored = files.store(actor, name=name, media_type="application/octet-stream", content=content, right=NOBODY)
    mapped = is_catalogue or FileMapping.objects.filter(connection=connection, layout=layout).exists()
    made = FileDelivery.objects.create(portal_id=actor.portal_id, connection=connection, layout=layout, name=stored.name, sha256=stored.sha256, file=stored, by_hand=True, brought_by=actor.name[:120], is_whole=is_whole,
                                       state=State.WAITING if mapped else State.UNMAPPED, heads=list(heads), sample=list(sample), came_at=timezone.now())
    record(actor, facts.FileCame(connection_id=connection.pk, layout=layout, delivery_id=made.pk), **of_connection(connection))
    defer(actor, named(LOOK), connection=connection.pk)
    return made


def _locked(actor: Actor, delivery: FileDelivery, *states: str) -> FileDelivery:
    row = FileDelivery.objects.select_for_update().select_related("connection").filter(pk=delivery.pk, portal_id=actor.portal_id).first()
    if row is None:
        raise NotFound
    if row.state not in states:
        raise Refused(errors.FILE_OVER)
    return row


@action(permissions.MANAGE)
def confirm_file(actor: Actor, *, delivery: FileDelivery) -> None:
    """Have a file taken over that waits for a person. Raises Refused when that is over, or its columns are not there."""
    row = _locked(actor, delivery, State.READY, State.HELD)
    if row.code == "columns":
        raise Refused(errors.FILE_COLUMNS)
    row.state = State.CONFIRMED
    row.save(update_fields=["state"])
    record(actor, facts.FileConfirmed(connection_id=row.connection_id, layout=row.layout, delivery_id=row.pk), **of_connection(row.connection))
    defer(actor, named(LOOK), connection=row.connection_id)


@action(permissions.MANAGE)
def drop_file(actor: Actor, *, delivery: FileDelivery) -> None:
    """Put a file away that was not taken over."""
    row = _locked(actor, delivery, State.READY, State.HELD, State.UNMAPPED, State.REFUSED)
    row.state, row.done_at = State.DROPPED, timezone.now()
    row.save(update_fields=["state", "done_at"])
    FileRow.objects.filter(delivery=row).delete()
    record(actor, facts.FileDropped(connection_id=row.connection_id, layout=row.layout, delivery_id=row.pk), **of_connection(row.connection))
    defer(actor, named(LOOK), connection=row.connection_id)


@action(permissions.MANAGE)
def mend_row(actor: Actor, *, delivery: FileDelivery, row: FileRow, cells: Sequence[str]) -> None:
    """Write other cells in a row that stays out, and have it tried again. What changed is said by heading."""
    locked = _locked(actor, delivery, State.DONE)
    changed = [head for place, head in enumerate(locked.heads) if (row.cells[place] if place < len(row.cells) else "") != cells[place]]
    FileRow.objects.filter(pk=row.pk).update(cells=list(cells), mended_by=actor.name[:120])
    record(actor, facts.FileRowMended(connection_id=locked.connection_id, delivery_id=locked.pk, row=row.number, columns=changed), **of_connection(locked.connection))
    _again(actor, locked)


@action(permissions.MANAGE)
def retry_rows(actor: Actor, *, delivery: FileDelivery) -> None:
    """Have the rows of a file that stay out tried again."""
    locked = _locked(actor, delivery, State.DONE)
    record(actor, facts.FileRetried(connection_id=locked.connection_id, delivery_id=locked.pk), **of_connection(locked.connection))
    _again(actor, locked)


def _again(actor: Actor, delivery: FileDelivery) -> None:
    delivery.state = State.CONFIRMED
    delivery.save(update_fields=["state"])
    defer(actor, named(LOOK), connection=delivery.connection_id)


@action(permissions.MANAGE)
def ask_look(actor: Actor, *, connection: Connection) -> None:
    """Have the folder looked into now."""
    source = source_of(actor, connection=connection)
    FileSource.objects.filter(pk=source.pk).update(asked_at=timezone.now())
    record(actor, facts.FilesAsked(connection_id=connection.pk), **of_connection(connection))
    defer(actor, named(LOOK), connection=connection.pk)


@action(permissions.MANAGE)
def confirm_host_key(actor: Actor, *, connection: Connection, key: str) -> None:
    """Keep that this is the key of the SFTP server: from now on the portal logs in there. Raises Refused when the server shows another one by now."""
    locked = Connection.objects.select_for_update().get(pk=connection.pk)
    if not key or queries.offered_key(actor, locked) != key:
        raise Refused(errors.HOST_KEY_MOVED)
    options = cast("FilesOptions", vendors.opened("files", locked.options, portal_id=locked.portal_id, connection_id=locked.pk))
    record(actor, facts.HostKeyConfirmed(connection_id=locked.pk, key=key, before=options.host_key), **of_connection(locked))
    connections.change_connection(actor, connection=locked, label=locked.label, options=options.model_copy(update={"host_key": key}), enabled=locked.enabled)


# -- by the job that reads


@action(None)
def source_of(actor: Actor, *, connection: Connection) -> FileSource:
    """Return the row of a connection's folder and books, made at first sight."""
    return FileSource.objects.get_or_create(portal_id=actor.portal_id, connection=connection)[0]


@action(None)
def note_look(actor: Actor, *, connection: Connection) -> None:
    """Note that the folder is looked into now."""
    only_the_portal(actor)
    FileSource.objects.filter(connection=connection).update(looked_at=timezone.now(), asked_at=None)


@action(None)
def note_sighted(actor: Actor, *, connection: Connection, sighted: Mapping[str, Any]) -> None:
    """Keep what lies on an SFTP server and may still be written to: at the next look that can be told."""
    only_the_portal(actor)
    FileSource.objects.filter(connection=connection).exclude(sighted=dict(sighted)).update(sighted=dict(sighted))


@action(None)
def note_missing(actor: Actor, *, connection: Connection, day: date) -> None:
    """Note that no file came on a day by the time that was agreed; once a day."""
    only_the_portal(actor)
    if FileSource.objects.filter(Q(missed_on=None) | Q(missed_on__lt=day), connection=connection).update(missed_on=day):
        record(actor, facts.FilesMissing(connection_id=connection.pk), **of_connection(connection))


@action(None)
def register_file(actor: Actor, *, connection: Connection, layout: str, name: str, sha256: str, modified: datetime, content: IO[bytes] | None, is_whole: bool, is_mapped: bool, code: str = "") -> FileDelivery:
    """Keep a file that lies in the folder, so that nothing is lost when it goes from there; `code`: why it is not to be read."""
    only_the_portal(actor)
    stored = files.store(actor, name=name, media_type="application/octet-stream", content=content, right=NOBODY) if content is not None else None
    if stored is not None and stored.sha256 != sha256:
        raise Refused(errors.FILE_MOVED)
    state = State.REFUSED if code else State.WAITING if is_mapped else State.UNMAPPED
    made = FileDelivery.objects.create(portal_id=actor.portal_id, connection=connection, layout=layout, name=name[:255], sha256=sha256, modified_at=modified, file=stored, is_whole=is_whole, state=state, code=code, came_at=timezone.now(),
                                       done_at=timezone.now() if code else None)
    record(actor, facts.FileCame(connection_id=connection.pk, layout=layout, delivery_id=made.pk), **of_connection(connection))
    return made


@action(None)
def note_kind(actor: Actor, *, delivery: FileDelivery, is_whole: bool) -> None:
    """A catalogue is known by what it holds, and waits its turn; `is_whole`: as it says itself."""
    only_the_portal(actor)
    delivery.is_whole, delivery.state = is_whole, State.WAITING
    delivery.save(update_fields=["is_whole", "state"])


@action(None)
def note_heads(actor: Actor, *, delivery: FileDelivery, heads: Sequence[str], sample: Sequence[Sequence[Any]]) -> None:
    """Keep the headings and first rows of a file."""
    only_the_portal(actor)
    delivery.heads, delivery.sample = list(heads), [list(row) for row in sample]
    delivery.save(update_fields=["heads", "sample"])


@action(None)
def begin(actor: Actor, *, delivery: FileDelivery, state: str, mapping_version: int) -> None:
    """A file is being looked at, or taken over."""
    only_the_portal(actor)
    delivery.state, delivery.mapping_version, delivery.done = State(state), mapping_version, 0
    delivery.save(update_fields=["state", "mapping_version", "done"])


@action(None)
def note_progress(actor: Actor, *, delivery: FileDelivery, done: int) -> None:
    """Note how far a file is."""
    only_the_portal(actor)
    FileDelivery.objects.filter(pk=delivery.pk).update(done=done)


@action(None)
def note_tried(actor: Actor, *, delivery: FileDelivery, counts: Mapping[str, int], rows: Sequence[FileRow], report: IO[bytes] | None, doubt: tuple[str, str] | None) -> str:
    """Keep what would come of a file: it waits for who brought it, or is held for its doubts, or is taken over next. Returns its state."""
    only_the_portal(actor)
    _keep_rows(actor, delivery, rows)
    if report is not None:
        delivery.report = files.store(actor, name=f"{delivery.name.rpartition('.')[0] or delivery.name}-report.csv", media_type="text/csv", content=report, right=permissions.VIEW)
    for name, number in counts.items():
        setattr(delivery, name, number)
    delivery.code, delivery.detail = doubt[0] if doubt else "", doubt[1][:500] if doubt else ""
    delivery.state = State.HELD if doubt else State.READY if delivery.by_hand else State.CONFIRMED
    delivery.save(update_fields=[*counts, "report", "code", "detail", "state"])
    if doubt:
        record(actor, facts.FileHeld(connection_id=delivery.connection_id, layout=delivery.layout, delivery_id=delivery.pk, code=doubt[0]), **of_connection(delivery.connection))
    elif delivery.by_hand:
        record(actor, facts.FileTried(connection_id=delivery.connection_id, layout=delivery.layout, delivery_id=delivery.pk), **of_connection(delivery.connection))
    return str(delivery.state)


@action(None)
def refuse_file(actor: Actor, *, delivery: FileDelivery, code: str) -> None:
    """Note that a file cannot be read, and why."""
    only_the_portal(actor)
    delivery.state, delivery.code, delivery.done_at = State.REFUSED, code[:40], timezone.now()
    delivery.save(update_fields=["state", "code", "done_at"])
    record(actor, facts.FileHeld(connection_id=delivery.connection_id, layout=delivery.layout, delivery_id=delivery.pk, code=code), **of_connection(delivery.connection))


def _keep_rows(actor: Actor, delivery: FileDelivery, rows: Sequence[FileRow]) -> None:
    FileRow.objects.filter(delivery=delivery).delete()
    FileRow.objects.bulk_create(rows[:MOST_ROWS], batch_size=500)


@action(None)
def finish_file(actor: Actor, *, delivery: FileDelivery, counts: Mapping[str, int], rows: Sequence[FileRow], keys: Sequence[str]) -> None:
    """A file is taken over: what it holds replaces rows of earlier files that stayed out, files before it that still waited are over, and the feeds read on."""
    only_the_portal(actor)
    _keep_rows(actor, delivery, rows)
    for name, number in counts.items():
        setattr(delivery, name, number)
    again = delivery.done_at is not None
    delivery.state, delivery.done_at, delivery.done, delivery.code, delivery.detail = State.DONE, timezone.now(), delivery.total, "", ""
    delivery.save(update_fields=[*counts, "state", "done_at", "done", "code", "detail"])
    earlier = FileDelivery.objects.filter(connection_id=delivery.connection_id, layout=delivery.layout, pk__lt=delivery.pk)
    for start in range(0, len(keys), 2000):
        FileRow.objects.filter(delivery__in=earlier, external_id__in=keys[start : start + 2000]).exclude(external_id="").delete()
    if delivery.is_whole and not again:
        earlier.filter(state__in=[State.UNMAPPED, State.READY, State.HELD, State.WAITING]).update(state=State.DROPPED, code="overtaken", done_at=timezone.now())
    Feed.objects.filter(connection_id=delivery.connection_id, entity=delivery.layout.partition(".")[0]).update(next_run=None)
    said = {name: counts.get(name, 0) for name in ("new", "changed", "refused", "gone")}
    record(actor, facts.FileLoaded(connection_id=delivery.connection_id, layout=delivery.layout, delivery_id=delivery.pk, **said), **of_connection(delivery.connection))


# -- the books

Entry = tuple[str, str, str, Mapping[str, Any]]


def _written(body: Mapping[str, Any]) -> str:
    """Return values as text: equal values are equal texts."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def fingerprint(body: Mapping[str, Any]) -> str:
    """Return the version of values: equal values have equal ones."""
    return _version(_written(body))


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _counter(connection_id: int, count: int) -> int:
    """Take numbers of the books' counter; who holds it is the only writer until he commits, so that no reader passes a number that is still to come."""
    source = FileSource.objects.select_for_update().get(connection_id=connection_id)
    FileSource.objects.filter(pk=source.pk).update(seq=source.seq + count)
    return source.seq


@action(None)
def write_records(actor: Actor, *, connection_id: int, layout: str, entries: Sequence[Entry]) -> set[str]:
    """Write what files say of records (key, parent, reference, values) into the books, where it differs; return the keys that did."""
    only_the_portal(actor)
    wanted = {key: (parent, reference[:80], _written(body)) for key, parent, reference, body in entries}
    versions = {key: _version(text) for key, (_parent, _reference, text) in wanted.items()}
    here = dict(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__among=list(wanted), body__isnull=False).values_list("external_id", "version"))
    fresh = [key for key, version in versions.items() if here.get(key) != version]
    if not fresh:
        return set()
    seq = _counter(connection_id, len(fresh))
    rows = ",".join(f"{json.dumps([key, *wanted[key][:2], versions[key]])[:-1]},{wanted[key][2]}]" for key in fresh)
    _run(
        """INSERT INTO connectors_filerecord (portal_id, connection_id, layout, external_id, parent, reference, version, body, seq)
           SELECT %s, %s, %s, r->>0, r->>1, r->>2, r->>3, r->4, %s + place FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY i(r, place)
           ON CONFLICT (portal_id, connection_id, layout, external_id) DO UPDATE SET parent = excluded.parent, reference = excluded.reference, body = excluded.body, version = excluded.version, seq = excluded.seq""",
        [actor.portal_id, connection_id, layout, seq, f"[{rows}]"])
    return set(fresh)


def _run(statement: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    return found


@action(None)
def drop_parts(actor: Actor, *, connection_id: int, layout: str, counts: Mapping[str, int]) -> set[str]:
    """Forget the parts beyond those that a file brought, by record; return the records that had more."""
    only_the_portal(actor)
    gone = _run(
        """DELETE FROM connectors_filerecord r USING unnest(%s::text[], %s::int[]) c(parent, count)
           WHERE r.portal_id = %s AND r.connection_id = %s AND r.layout = %s AND r.parent = c.parent AND r.parent <> '' AND split_part(r.external_id, '#', -1)::int >= c.count RETURNING r.parent""",
        [list(counts), list(counts.values()), actor.portal_id, connection_id, layout])
    return {row[0] for row in gone}


@action(None)
def touch_records(actor: Actor, *, connection_id: int, layout: str, keys: Iterable[str]) -> None:
    """Have records read again, since a part of them changed."""
    only_the_portal(actor)
    rows = list(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__in=list(keys), body__isnull=False).order_by("pk"))
    seq = _counter(connection_id, len(rows)) if rows else 0
    for place, row in enumerate(rows, 1):
        row.seq = seq + place
    FileRecord.objects.bulk_update(rows, ["seq"], batch_size=500)


@action(None)
def put_gone(actor: Actor, *, connection_id: int, layout: str, keys: Sequence[str], parts: Sequence[str]) -> None:
    """Mark records that a whole file lacks as gone, with their parts."""
    only_the_portal(actor)
    rows = list(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__in=keys).order_by("pk"))
    seq = _counter(connection_id, len(rows)) if rows else 0
    for place, row in enumerate(rows, 1):
        row.seq, row.body, row.version = seq + place, None, "gone"
    FileRecord.objects.bulk_update(rows, ["seq", "body", "version"], batch_size=500)
    FileRecord.objects.filter(connection_id=connection_id, layout__in=[f"{layout}.{part}" for part in parts], parent__in=keys).delete()


@action(None)
def drop_old(actor: Actor, *, now: datetime) -> int:
    """Forget files whose time is over, with their rows; never one that waits for a person. Only the portal itself."""
    only_the_portal(actor)
    gone = list(over(actor, "connectors.files", now=now).values_list("pk", flat=True))
    FileRow.objects.filter(delivery_id__in=gone).delete()
    count, _per = FileDelivery.objects.filter(pk__in=gone).delete()
    return count
