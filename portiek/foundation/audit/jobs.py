"""What the log does beside the pages: its chain, its check, its files, copies of own data, erasures."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.erasing import Whom
from portiek.core.erasing import rules as erasing_rules
from portiek.core.jobs import every, job
from portiek.core.personal import Person, parts
from portiek.foundation.audit import actions, package_file, permissions, queries, rules
from portiek.foundation.audit.export_file import MEDIA, WRITERS
from portiek.foundation.audit.models import Erasure, Export
from portiek.foundation.files import queries as files
from portiek.foundation.files import storage
from portiek.foundation.files.storage import path_of
from portiek.foundation.notifications.queries import recipients

logger = logging.getLogger("portiek.audit")
BATCH = 2000


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
        name = f"{_('log')}-{timezone.localdate(found.asked_at).isoformat()}.{found.format}"
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
    days: dict[str, Any] = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
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


@every("20 5 * * *", name="audit.ask_about_guests")
def ask_about_guests(actor: Actor) -> None:
    """Each morning: who manages people is asked whether the access of a guest goes on that ends within two weeks."""
    actions.ask_about_guests(actor, today=timezone.localdate())


@every("35 4 * * *", name="audit.drop_exports", queue="slow")
def drop_exports(actor: Actor) -> None:
    """Each night: files of the log, and copies of a person's own data, are removed when their term is over, by default a week."""
    actions.drop_exports(actor, now=timezone.now())
    actions.drop_packages(actor, now=timezone.now())


@job(name="audit.package", queue="slow", scoped=False, retries=3)
def package(actor: Actor, *, package_id: int) -> None:
    """Gather all that the portal keeps of one person and keep it for him alone."""
    with scope(actor, read_only=True):
        found = queries.package_to_make(actor, package_id)
    if found is None:
        return
    person = Person(found.user_id, found.user.email, found.user.name)
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="package-") as place, translation.override(found.user.language):
        tables = []
        for part in parts():
            asker = Actor.gate(actor.portal_id) if part.at_gate else actor
            with scope(asker, read_only=True):
                tables.append((part, package_file.plain(part.collect(asker, person), part.columns)))
        with scope(actor, read_only=True):
            stored = [(f"{item.pk}-{item.name}", path_of(item.portal_id, item.sha256)) for item in queries.files_stored_by(actor, person.user_id)]
            about = {"portal": queries.portal_name(actor), "name": person.name, "email": person.email, "made_at": timezone.localtime().isoformat(timespec="seconds")}
        path = Path(place) / "package.zip"
        package_file.write(path, about, tables, [(name, kept) for name, kept in stored if kept.is_file()])
        with scope(actor):
            actions.keep_package(actor, package=found, path=path, name=f"{_('my-data')}-{timezone.localdate().isoformat()}.zip")


def _asker(actor: Actor, *, at_gate: bool) -> Actor:
    return Actor.gate(actor.portal_id) if at_gate else actor


@job(name="audit.plan_erasure", queue="slow", scoped=False, retries=3)
def plan_erasure(actor: Actor, *, erasure_id: int) -> None:
    """Count what an erasure would find, rule by rule, for those who decide."""
    with scope(actor, read_only=True):
        found = queries.erasure_to_do(actor, erasure_id)
        person = queries.whom(actor, found) if found else Whom()
    if found is None:
        return
    plan: dict[str, int] = {}
    for rule in erasing_rules():
        asker = _asker(actor, at_gate=rule.at_gate)
        with scope(asker, read_only=True):
            plan[rule.key] = queries.count_rule(asker, rule, person)
    with scope(actor, read_only=True):
        plan[queries.FACTS] = queries.count_facts(actor, person)
    with scope(actor):
        actions.keep_plan(actor, erasure=found, whom=person, plan=plan)


@every("* * * * *", name="audit.erase", queue="slow", scoped=False)
def erase(actor: Actor) -> None:
    """Each minute: erasures whose time has come are carried out; one that was broken off goes on where it was."""
    with scope(actor, read_only=True):
        keys = queries.due_erasures(actor, now=timezone.now())
    for key in keys:
        carry_through(actor, erasure_id=key)


def carry_through(actor: Actor, *, erasure_id: int) -> None:
    """Carry out one erasure, each rule in a scope of its own, the log last, and keep the list of erasures outside the database as well."""
    with scope(actor):
        found = actions.begin_erasure(actor, erasure_id=erasure_id, now=timezone.now())
        person = queries.whom(actor, found) if found else Whom()
        language = queries.portal_language(actor)
    if found is None:
        return
    for rule in erasing_rules():
        if rule.key in found.result:
            continue
        asker = _asker(actor, at_gate=rule.at_gate)
        with scope(asker):
            count, contents = actions.carry_out(asker, rule=rule, whom=person, language=language)
        _remove_contents(actor, contents)
        with scope(actor):
            actions.note_step(actor, erasure_id=found.pk, key=rule.key, count=count)
    more = True
    while more:
        with scope(actor):
            more = actions.erase_facts(actor, erasure_id=found.pk)
    with scope(actor):
        actions.finish_erasure(actor, erasure_id=found.pk, now=timezone.now())
    keep_list(actor)


def _remove_contents(actor: Actor, contents: list[str]) -> None:
    with scope(actor, read_only=True):
        unused = set(contents) - files.kept(actor, contents)
    for sha256 in unused:
        storage.remove(actor.portal_id, sha256, time.time() + 1)


def list_of(portal_id: int) -> Path:
    """Return where the list of a portal's erasures is: beside the files and outside the database, so that a restore does not take it back."""
    return Path(settings.DATA_DIR) / "erasures" / f"{int(portal_id)}.jsonl"


def read_list(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a list of erasures."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.is_file() else []


def keep_list(actor: Actor) -> Path:
    """Add what was erased since to the list; nothing leaves it. On disk before this returns."""
    path = list_of(actor.portal_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = {(line["erasure"], line["at"]) for line in read_list(path)}
    with scope(actor, read_only=True):
        fresh = [line for line in queries.done_erasures(actor) if (line["erasure"], line["at"]) not in known]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as out:
        out.writelines(json.dumps(line, sort_keys=True) + "\n" for line in fresh)
        out.flush()
        os.fsync(out.fileno())
    return path


def replay(actor: Actor, lines: list[dict[str, Any]]) -> int:
    """Erase again who is back after a restore; return how many that were."""
    count = 0
    for line in lines:
        if line["portal"] != actor.portal_id:
            continue
        with scope(actor):
            again: Erasure | None = actions.repeat_erasure(actor, line=line, now=timezone.now())
        if again is not None:
            carry_through(actor, erasure_id=again.pk)
            count += 1
    return count


@every("15 4 * * *", name="audit.end_books", queue="slow", scoped=False)
def end_books(actor: Actor) -> None:
    """Each night: what only the books kept of people who were erased goes when its seven years are over."""
    today = timezone.localdate()
    with scope(actor, read_only=True):
        keys = queries.books_over(actor, today=today)
    for key in keys:
        with scope(actor):
            actions.end_books(actor, erasure_id=key, today=today)
