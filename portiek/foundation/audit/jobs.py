"""What the log does beside the pages: its chain, its check, its files."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every, job
from portiek.foundation.audit import actions, permissions, queries, rules
from portiek.foundation.audit.export_file import MEDIA, WRITERS
from portiek.foundation.audit.models import Export
from portiek.foundation.notifications.queries import recipients

logger = logging.getLogger("portiek.audit")
BATCH = 2000
KEPT = timedelta(days=7)


@every("* * * * *", name="audit.link", queue="slow", scoped=False)
def link(actor: Actor) -> None:
    """Each minute: facts get their place in the chain, a batch a transaction."""
    now, after = timezone.now(), 0
    while True:
        with scope(actor):
            last = actions.link_facts(actor, now=now, after=after, limit=BATCH)
        if last is None:
            return
        after = last


@every("25 3 * * *", name="audit.check", queue="slow", scoped=False)
def check(actor: Actor) -> None:
    """Each night, and when staff ask for it: the whole chain is checked; what is not as it was sealed is told at once."""
    began_at = timezone.now()
    found = queries.check(actor)
    if found.problem:
        logger.error("the log of portal %s is broken: %s at place %s, fact %s", actor.portal_id, found.problem, found.position, found.fact_id)
    with scope(actor):
        actions.keep_check(actor, found=found, began_at=began_at, ended_at=timezone.now())


@job(name="audit.export", queue="slow", scoped=False, retries=3)
def export(actor: Actor, *, export_id: int) -> None:
    """Make a file of the log under the rights of who asked for it, and keep it for him."""
    with scope(actor, read_only=True):
        found = queries.export_to_make(actor, export_id)
        still = found and recipients(actor, party_id=found.party_id, right=permissions.VIEW, user_ids=[found.user_id])
    if found is None:
        return
    if not still:
        with scope(actor):
            actions.give_up_export(actor, export=found)
        return
    asker = Actor(actor.portal_id, "party" if found.party_id else "staff", found.party_id, found.user_id, found.user.name, found.language, rights=frozenset({permissions.VIEW}))
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="export-") as place, translation.override(found.language):
        path = Path(place) / "log"
        rows = _written(actor, asker, found, path)
        name = f"{translation.gettext('log')}-{timezone.localdate(found.asked_at).isoformat()}.{found.format}"
        with scope(actor):
            actions.keep_export(actor, export=found, path=path, name=name, media_type=MEDIA[found.format], rows=rows)


def _written(actor: Actor, asker: Actor, found: Export, path: Path) -> int:
    wanted = _wanted(found.wanted)
    with scope(asker, read_only=True):
        total = queries.facts(asker, wanted).count()
        about = {"kind": rules.KIND, "portal": queries.portal_name(asker), "made_at": rules.moment(timezone.now()), "asked_by": found.user.name, "party": found.party and found.party.number,
                 "wanted": found.wanted, "seal": queries.seal(asker)}
    writer, rows = WRITERS[found.format](path, about), 0
    for batch in _batches(asker, wanted, sealed=found.format == "jsonl"):
        writer.add(batch)
        rows += len(batch)
        with scope(actor):
            actions.note_progress(actor, export=found, rows=rows, total=max(total, rows))
    writer.close()
    return rows


def _wanted(kept: dict[str, Any]) -> queries.Wanted:
    days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
    return replace(queries.Wanted(**{name: value for name, value in kept.items() if name not in days}), **days)


def _batches(asker: Actor, wanted: queries.Wanted, *, sealed: bool) -> Iterator[list[tuple[queries.Entry, dict[str, Any]]]]:
    """Yield the log a batch at a time, each in a scope of its own, so that a large file holds no transaction open."""
    before: int | None = None
    while True:
        with scope(asker, read_only=True):
            rows = queries.batch(asker, wanted, before=before, size=BATCH)
            places = queries.sealed(asker, rows) if sealed else [{}] * len(rows)
            made = [(queries.entry(asker, row), place) for row, place in zip(rows, places, strict=True)]
        if not rows:
            return
        before = rows[-1].pk
        yield made


@every("35 4 * * *", name="audit.drop_exports", queue="slow")
def drop_exports(actor: Actor) -> None:
    """Each night: files of the log are removed a week after they were asked for."""
    actions.drop_exports(actor, before=timezone.now() - KEPT)
