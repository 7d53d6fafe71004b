"""Reading the files that came: tried first, then written into the books. Each step in a scope of its own; doing it again changes nothing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from portiek.core.actions import rehearsal
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import apply
from portiek.edges.connectors.files import actions, books, catalogue, mapping, queries, reading, wording
from portiek.edges.connectors.files.connector import FilesConnector
from portiek.edges.connectors.files.mapping import FileMapping, Wrong
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.passes import BATCH, Each, Pass, Reader, Row, part_key
from portiek.edges.connectors.models import Connection, FileDelivery
from portiek.foundation.files import queries as files
from portiek.ui import csv_file

# A file that somebody brings is carried out and undone as a whole up to so many rows; a longer one is compared with what is known alone.
REHEARSED = 5000
State = FileDelivery.State


def read_waiting(actor: Actor, connection: Connection) -> int:
    """Read every file that waits and may be read; return how many were taken over."""
    loaded = 0
    while True:
        with scope(actor, read_only=True):
            found = queries.next_delivery(actor, connection)
            kept = queries.mapping(actor, connection, found.layout) if found else None
        if found is None:
            return loaded
        found.connection = connection
        loaded += _work(actor, found, kept.version if kept else 0, mapping.from_json(found.layout, kept.body) if kept else None)


def path_of(actor: Actor, found: FileDelivery) -> Path:
    assert found.file is not None
    with scope(actor, read_only=True):
        return files.path(actor, found.file)


def _work(actor: Actor, found: FileDelivery, version: int, mapped: FileMapping | None) -> int:
    """Try a file, and take it over where nobody need look at it first; 1 when it was taken over."""
    try:
        path = path_of(actor, found)
        heads, sample = reading.sample(path, found.layout)
        mapped = mapping.fitting(mapped, found.layout, heads)
        if mapped is None:
            raise reading.Unreadable("no_mapping")
        if found.state in (State.WAITING, State.READING):
            with scope(actor):
                actions.begin(actor, delivery=found, state=State.READING, mapping_version=version)
            if _try(actor, found, path, mapped, heads, sample) != State.CONFIRMED:
                return 0
        with scope(actor):
            actions.begin(actor, delivery=found, state=State.LOADING, mapping_version=version)
        _load(actor, found, path, mapped)
        return 1
    except reading.Unreadable as problem:
        with scope(actor):
            actions.refuse_file(actor, delivery=found, code=str(problem))
    return 0


def _progress(actor: Actor, found: FileDelivery) -> Callable[[int], None]:
    def note(done: int) -> None:
        with scope(actor):
            actions.note_progress(actor, delivery=found, done=done)

    return note


def _try(actor: Actor, found: FileDelivery, path: Path, mapped: FileMapping, heads: list[str], sample: list[list[Any]]) -> str:
    """Find what would come of each row: compared with the books, and for a file that a person brings by doing it and undoing it."""
    reader, told = Reader(found, path, mapped), Pass()
    with scope(actor):
        actions.note_heads(actor, delivery=found, heads=heads, sample=sample)
        known = queries.fingerprints(actor, found.connection_id, reader.layout.name if not reader.layout.part else reader.layout.entity)
        before = queries.last_whole(actor, found) if found.is_whole else None
    absent = mapping.doubts(columns=mapped.columns, heads=heads, total=1, before=None, refused=0, gone=0, known=0)
    with TemporaryFile("w+", encoding="utf-8", newline="") as kept:
        written = csv.writer(kept)

        def each(number: int, cells: Sequence[Any], key: str, wrong: Wrong | None) -> None:
            written.writerow([number, key, wrong.name if wrong else "", wrong.code if wrong else "", wrong.detail if wrong else "", *(reading.text(cell) for cell in cells)])

        for batch in _batches(reader, told, {}, _progress(actor, found), each) if absent is None else ():
            _compare(actor, found, reader, told, known, batch)
        told_why = _rehearse(actor, found, reader) if absent is None and found.by_hand and told.total <= REHEARSED and not _comes_later(found, heads) else {}
        counts = told.counts()
        for key in told_why:
            if key not in told.bad:
                counts[told.seen[key].outcome] -= told.seen[key].rows
                counts["refused"] += told.seen[key].rows
        gone = 0 if reader.layout.part or not found.is_whole or told.nameless or absent else len(known.keys() - told.seen.keys() - told.bad.keys())
        doubt = absent or mapping.doubts(columns=(), heads=heads, total=told.total, before=before, refused=counts["refused"], gone=gone, known=len(known))
        report = _report(kept, heads, told, told_why) if found.by_hand or doubt or counts["refused"] else None
    with scope(actor):
        return actions.note_tried(actor, delivery=found, counts={**counts, "total": told.total, "gone": gone}, rows=told.refused, report=report, doubt=doubt)


def _compare(actor: Actor, found: FileDelivery, reader: Reader, told: Pass, known: Mapping[str, str], batch: Sequence[Row]) -> None:
    """Note of the records of a batch what would come of them."""
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for row in batch:
        item = told.seen[row.key]
        if not reader.layout.part and row.key not in known:
            item.outcome = "new"
        elif item.outcome == "same":
            if row.head is not None and known[row.key] != actions.fingerprint(row.head):
                item.outcome = "changed"
            for part, place, values in row.parts:
                parts.setdefault(part, []).append((row.key, part_key(row.key, place), actions.fingerprint(values)))
    for part, said in parts.items():
        with scope(actor, read_only=True):
            here = queries.part_versions(actor, found.connection_id, part, [place for _key, place, _version in said])
        for key, name, version in said:
            if here.get(name) != version and told.seen[key].outcome == "same":
                told.seen[key].outcome = "changed"


def _comes_later(found: FileDelivery, heads: Sequence[str]) -> bool:
    """Whether a file is about products that come by the same catalogue, and are not there yet."""
    return found.layout == "price_list" and tuple(heads) == catalogue.HEADS["price_list"]


def _report(kept: IO[str], heads: Sequence[str], told: Pass, told_why: dict[str, str]) -> IO[bytes]:
    """Return the rows in their own layout, with what would come of each and why: to mend and to bring in again."""
    made = TemporaryFile()  # noqa: SIM115 # closed with its last reader
    out = io.TextIOWrapper(made, encoding="utf-8-sig", newline="", write_through=True)
    kept.seek(0)
    csv_file.write(out, [(*heads, *wording.report_heads())])
    csv_file.write(out, ((*cells, *[""] * (len(heads) - len(cells)), *_said(key, name, code, detail, told, told_why)) for _number, key, name, code, detail, *cells in csv.reader(kept)))
    out.detach()
    made.seek(0)
    return made


def _said(key: str, name: str, code: str, detail: str, told: Pass, told_why: dict[str, str]) -> tuple[str, str]:
    """Return what comes of a row and why, in words."""
    if code:
        return wording.outcome("refused"), wording.row_problem(name, code, detail)
    if key in told.bad:
        return wording.outcome("refused"), wording.row_problem("", "other_row", "")
    return (wording.outcome("refused"), told_why[key]) if key in told_why else (wording.outcome(told.seen[key].outcome), "")


def _rehearse(actor: Actor, found: FileDelivery, reader: Reader) -> dict[str, str]:
    """Do all of a file and undo it; return why records would be refused, in words."""
    told, bad = Pass(), _bad(reader)
    said: dict[str, str] = {}
    with scope(actor), rehearsal():
        for batch in _batches(reader, told, bad, lambda _done: None):
            _write(actor, found, reader, batch)
        entity = reader.layout.entity
        if entity in apply.TAKERS:
            connector = FilesConnector(FilesOptions(), None, books=books.FileBooks(actor, found.connection_id, inside=True), folder=None)
            keys = list(told.seen)
            for start in range(0, len(keys), 500):
                changes = connector.several(entity, keys[start : start + 500])
                while changes:
                    _taken, problems = apply.take(actor, entity, changes)
                    said |= {key: wording.held(problem.text) for key, problem in problems.items()}
                    changes = [more for change in changes if (more := connector.following(change)) is not None]
    return said


# -- taking over


def _bad(reader: Reader) -> dict[str, str]:
    """Return the records that stay out whole: known only at the end of a file whose records have several rows."""
    if not reader.grouped:
        return {}
    told = Pass()
    for _row in reader.rows(told, lambda _done: None):
        pass
    return told.bad


def _batches(reader: Reader, told: Pass, bad: dict[str, str], progress: Callable[[int], None], each: Each | None = None) -> Iterator[list[Row]]:
    """Yield the rows that are taken over in batches; the rows of one record that follow each other stay together, but for a price list, which is not read while it is written."""
    batch: list[Row] = []
    splits = not reader.grouped or reader.layout.entity == "price_list"
    for row in reader.rows(told, progress, each):
        if row.key in bad:
            continue
        if len(batch) >= BATCH and (splits or row.key != batch[-1].key):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _write(actor: Actor, found: FileDelivery, reader: Reader, batch: Sequence[Row]) -> Counter[str]:
    """Write a batch into the books, in the open scope; return how many records changed."""
    layout, connection_id = reader.layout, found.connection_id
    heads = [(row.key, "", str(row.head.get("reference", "") if layout.name != "order_answer" else row.key), row.head) for row in batch if row.head is not None]
    changed = actions.write_records(actor, connection_id=connection_id, layout=layout.name, entries=heads) if heads else set()
    touched: set[str] = set()
    for name in {name for row in batch for name, _place, _values in row.parts}:
        entries = [(part_key(row.key, place), row.key, "", values) for row in batch for part, place, values in row.parts if part == name]
        touched |= {key.rpartition("#")[0] for key in actions.write_records(actor, connection_id=connection_id, layout=name, entries=entries)}
    if touched - changed:
        actions.touch_records(actor, connection_id=connection_id, layout=layout.entity, keys=touched - changed)
    return Counter(changed=len(changed | touched))


def _load(actor: Actor, found: FileDelivery, path: Path, mapped: FileMapping) -> None:
    """Write a file into the books. Doing it twice changes nothing, so that one that broke off begins anew."""
    mended, only = _again(actor, found)
    reader, told = Reader(found, path, mapped, mended, only), Pass()
    bad = _bad(reader)
    for batch in _batches(reader, told, bad, _progress(actor, found)):
        with scope(actor):
            _write(actor, found, reader, batch)
    for part in [reader.layout.name] if reader.layout.part else [f"{reader.layout.name}.{part}" for part in reader.own_parts]:
        _shorten(actor, found, reader, part, {key: item.rows for key, item in told.seen.items() if key not in bad})
    if found.is_whole and only is None and not reader.layout.part and not told.nameless:
        _put_gone(actor, found, reader, told)
    counts = {"refused": told.counts()["refused"]} if only is not None else {"total": told.total, "refused": told.counts()["refused"]}
    with scope(actor):
        actions.finish_file(actor, delivery=found, counts={**{name: getattr(found, name) for name in ("new", "changed", "gone")}, **counts}, rows=told.refused, keys=[key for key in told.seen if key not in bad])


def _again(actor: Actor, found: FileDelivery) -> tuple[dict[int, list[Any]], tuple[set[int], set[str]] | None]:
    """Return what a person mended, and what alone is tried again of a file that was taken over before."""
    if found.done_at is None:
        return {}, None
    with scope(actor, read_only=True):
        rows = list(queries.refused_rows(actor, found))
    return {row.number: row.cells for row in rows if row.mended_by}, ({row.number for row in rows}, {row.external_id for row in rows if row.external_id})


def _shorten(actor: Actor, found: FileDelivery, reader: Reader, part: str, counts: dict[str, int]) -> None:
    keys = list(counts)
    for start in range(0, len(keys), 500):
        some = {key: counts[key] for key in keys[start : start + 500]}
        with scope(actor):
            less = actions.drop_parts(actor, connection_id=found.connection_id, layout=part, counts=some)
            if less:
                actions.touch_records(actor, connection_id=found.connection_id, layout=reader.layout.entity, keys=less)


def _put_gone(actor: Actor, found: FileDelivery, reader: Reader, told: Pass) -> None:
    with scope(actor, read_only=True):
        known = queries.fingerprints(actor, found.connection_id, reader.layout.name)
    gone = sorted(known.keys() - told.seen.keys() - told.bad.keys())
    for start in range(0, len(gone), BATCH):
        with scope(actor):
            actions.put_gone(actor, connection_id=found.connection_id, layout=reader.layout.name, keys=gone[start : start + BATCH], parts=reader.layout.parts)
