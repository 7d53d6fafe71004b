"""Spreadsheets are read, tried and carried out by the worker, as the person who brought them in, with his rights of that moment."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portiek.core.actions import rehearsal
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused, wording
from portiek.core.jobs import every, job
from portiek.foundation.accounts.standing import standing
from portiek.foundation.files.storage import path_of
from portiek.foundation.imports import actions, queries, rules
from portiek.foundation.imports.kinds import Kind, Wrong, kind
from portiek.foundation.imports.models import Import, ImportRow
from portiek.foundation.imports.reading import Sheet, read

logger = logging.getLogger("portiek.imports")
BATCH = 50


@dataclass(frozen=True)
class Work:
    """One spreadsheet under way: whose, what its rows are, and what every row needs."""

    found: Import
    kind: Kind
    asker: Actor
    gathered: Any
    required: tuple[str, ...]

    def values(self, row: ImportRow) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.found.columns, row.cells, strict=True))


def _asker(actor: Actor, found: Import) -> Actor | None:
    """Return who brought a spreadsheet in as he stands now, or None when he may no longer."""
    asker = standing(actor, party_id=None if found.as_staff else found.party_id, user_id=found.user_id)
    return asker if asker is not None and asker.may(kind(found.kind).right) else None


@job(name="imports.try_out", queue="slow", scoped=False, retries=3, lock=lambda arguments: f"import:{arguments['import_id']}")
def try_out(actor: Actor, *, import_id: int) -> None:
    """Read a spreadsheet and try each row: every row is carried out and undone, so that what is foretold is what will happen."""
    with scope(actor, read_only=True):
        found = queries.import_to_do(actor, import_id, Import.State.READING)
        asker = _asker(actor, found) if found else None
    if found is None:
        return
    with translation.override(found.language):
        try:
            if asker is None or found.file is None:
                raise Refused("import-nobody")
            sheet = read(path_of(found.portal_id, found.file.sha256))
            with scope(asker, read_only=True):
                names, unknown = _columns(asker, found, sheet)
        except Refused as refused:
            with scope(actor):
                actions.refuse_file(actor, found=found, problem=wording(refused))
            return
        with scope(actor):
            actions.keep_rows(actor, found=found, columns=names, unknown=unknown, rows=sheet.rows)
        _try_rows(actor, asker, found)
        with scope(actor):
            actions.note_ready(actor, found=found)


def _columns(asker: Actor, found: Import, sheet: Sheet) -> tuple[list[str], list[str]]:
    """Return which column each heading is, and the headings that mean nothing. Raises Refused for what is missing or there twice."""
    columns = kind(found.kind).columns(asker, found.party)
    known: dict[str, str] = {}
    for column in columns:
        words = [column.name, *column.also]
        for language in ("nl", "en"):
            with translation.override(language):
                words.append(str(column.label))
        for word in words:
            known.setdefault(rules.bare(word), column.name)
    names, unknown, twice = rules.matched(sheet.heads, known)
    labels = {column.name: str(column.label) for column in columns}
    if twice:
        raise Refused("heads-twice", names=", ".join(labels[name] for name in twice))
    if missing := [labels[column.name] for column in columns if column.required and column.name not in names]:
        raise Refused("heads-missing", names=", ".join(missing))
    if not sheet.rows:
        raise Refused("file-no-rows")
    return names, unknown


def _work(asker: Actor, found: Import) -> Work:
    what = kind(found.kind)
    return Work(found, what, asker, what.begin(asker, found.party), tuple(column.name for column in what.columns(asker, found.party) if column.required))


def _try_rows(actor: Actor, asker: Actor, found: Import) -> None:
    what = kind(found.kind)
    with scope(asker, read_only=True):
        work = None if what.together else _work(asker, found)
        twice = _twice(asker, found)
    size, after, done = found.total if what.together else BATCH, 0, 0
    while True:
        with scope(asker):
            rows = queries.rows_to_do(asker, found, after=after, size=size, outcomes=[""])
            # Rows that build on each other are undone all at once, others one by one, so that nobody waits for a lock of theirs.
            with rehearsal() if what.together else nullcontext():
                # What such rows share may be held, in the transaction in which they are undone.
                shared = work or _work(asker, found)
                for row in rows:
                    with transaction.atomic() if what.together else rehearsal():
                        _try(shared, row, twice)
        if not rows:
            return
        after, done = rows[-1].number, done + len(rows)
        with scope(actor):
            actions.note_outcomes(actor, rows=rows, done=False)
            actions.note_progress(actor, found=found, done=done)


def _twice(asker: Actor, found: Import) -> dict[int, int]:
    """Return the rows of what stands in an earlier one already, with the number of that one."""
    seen: dict[str, int] = {}
    again = {}
    for number, cells in queries.first_numbers(asker, found).items():
        same = kind(found.kind).same(dict(zip(found.columns, cells, strict=True)))
        if same and seen.setdefault(same, number) != number:
            again[number] = seen[same]
    return again


def _try(work: Work, row: ImportRow, twice: Mapping[int, int]) -> None:
    if row.number in twice:
        row.outcome, row.problems = ImportRow.Outcome.REFUSED, [["", _("Row %(number)s of this file is about the same.") % {"number": twice[row.number]}]]
        return
    _take(work, row)


def _take(work: Work, row: ImportRow) -> None:
    """Do one row in a savepoint of its own, and put on it what came of it."""
    values = work.values(row)
    row.problems = [[name, _("Longer than %(most)s signs.") % {"most": rules.LONGEST}] for name, text in values.items() if len(text) > rules.LONGEST]
    row.problems += [[name, _("Fill this in.")] for name in work.required if not values.get(name)]
    if row.problems:
        row.outcome = ImportRow.Outcome.REFUSED
        return
    try:
        with transaction.atomic():
            row.outcome = work.kind.take(work.asker, work.found.party, work.gathered, values)
            return
    except Wrong as wrong:
        row.problems = [list(problem) for problem in wrong.problems]
    except Refused as refused:
        row.problems = [[refused.field if refused.field in values else "", wording(refused)]]
    except Forbidden:
        row.problems = [["", _("You do not have the right to do this.")]]
    except NotFound:
        row.problems = [["", _("This is not there, or not yours to see.")]]
    except OperationalError:  # locks, the connection: the batch is done again
        raise
    except Exception:
        logger.exception("row %s of import %s", row.number, work.found.pk)
        row.problems = [["", _("This row cannot be kept as it is.")]]
    row.outcome = ImportRow.Outcome.REFUSED


@job(name="imports.carry_out", queue="slow", scoped=False, retries=3, lock=lambda arguments: f"import:{arguments['import_id']}")
def carry_out(actor: Actor, *, import_id: int) -> None:
    """Carry out the rows that were confirmed, each once: what came of a row is kept in the transaction in which it did."""
    with scope(actor, read_only=True):
        found = queries.import_to_do(actor, import_id, Import.State.RUNNING)
        asker = _asker(actor, found) if found else None
    if found is None:
        return
    with translation.override(found.language):
        if asker is None:
            with scope(actor):
                actions.refuse_file(actor, found=found, problem=wording(Refused("import-nobody")))
            return
        after, done = 0, 0
        while True:
            with scope(asker):
                work = _work(asker, found)
                rows = queries.rows_to_do(asker, found, after=after, size=BATCH, outcomes=["new", "changed"])
                for row in rows:
                    _take(work, row)
                if rows and work.kind.finish is not None:
                    work.kind.finish(asker, found.party, work.gathered)
                if rows:
                    actions.note_outcomes(asker, rows=rows, done=True)
            if not rows:
                break
            after, done = rows[-1].number, done + len(rows)
            with scope(actor):
                actions.note_progress(actor, found=found, done=done)
        with scope(actor):
            actions.note_done(actor, found=found, counted=queries.counts(actor, found))


@every("45 4 * * *", name="imports.drop_old", queue="slow")
def drop_old(actor: Actor) -> None:
    """Each night: spreadsheets and their rows are removed when their term is over, by default a week."""
    actions.drop_old(actor, now=timezone.now())
