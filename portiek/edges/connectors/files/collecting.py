"""Looking into the folder and reading what came: outside any scope, each step in one of its own. One job per connection at a time."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, cast
from zoneinfo import ZoneInfo

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import queries as connections
from portiek.edges.connectors import vendors
from portiek.edges.connectors.files import actions, books, catalogue, loading, mapping, queries, reading
from portiek.edges.connectors.files.folder import MOST_BYTES, Astray, Folder, Found
from portiek.edges.connectors.files.mapping import FileMapping
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.remote import Remote
from portiek.edges.connectors.models import Connection, FileDelivery
from portiek.foundation.parties.models import Portal

logger = logging.getLogger("portiek.connectors")


def look(actor: Actor, connection_id: int) -> int:
    """Take in what lies in the folder when it is time, then read every file that may be read; return how many were taken over."""
    with scope(actor):
        connection = connections.connection(actor, connection_id)
        if connection.vendor != "files" or not connection.enabled or connection.paused_at:
            return 0
        source, portal = actions.source_of(actor, connection=connection), Portal.objects.get(pk=actor.portal_id)
        options = cast("FilesOptions", vendors.opened("files", connection.options, portal_id=connection.portal_id, connection_id=connection.pk))
        zone = ZoneInfo(portal.time_zone)
        due = source.asked_at is not None or bool(source.sighted) or is_due(options, source.looked_at, timezone.now(), zone)
    if due:
        with scope(actor):
            actions.note_look(actor, connection=connection)
        _collect(actor, connection, options, books.place(portal.slug, options, source.sighted))
    _alarm(actor, connection, options, zone)
    return loading.read_waiting(actor, connection)


def is_due(options: FilesOptions, looked_at: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is time to look into the folder: so many minutes after the last time, or at the first look after one of the times of the day."""
    if looked_at is None:
        return True
    if options.every_minutes and now - looked_at >= timedelta(minutes=options.every_minutes) - timedelta(seconds=10):
        return True
    return any(looked_at < moment <= now for moment in _moments(options.at_times, now, zone))


def _moments(times: Sequence[str], now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    today = now.astimezone(zone)
    for text in times:
        hour, minute = (int(part) for part in text.split(":"))
        for days in (0, 1):
            yield (today - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _alarm(actor: Actor, connection: Connection, options: FilesOptions, zone: ZoneInfo) -> None:
    """Tell staff when no file came today by the time that was agreed."""
    now = timezone.now()
    local = now.astimezone(zone)
    if not options.expect_by or local.strftime("%H:%M") < options.expect_by:
        return
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    with scope(actor):
        if connection.created_at < begin and not queries.deliveries(actor, connection).filter(came_at__gte=begin).exists():
            actions.note_missing(actor, connection=connection, day=local.date())


# -- picking up


def _collect(actor: Actor, connection: Connection, options: FilesOptions, place: Folder | Remote) -> None:
    with scope(actor, read_only=True):
        kept = {layout: mapping.from_json(layout, row.body) for layout, row in queries.mappings(actor, connection).items()}
    patterns = {layout: kept[layout].pattern if layout in kept else mapping.default_pattern(layout) for layout in queries.PLACES}
    try:
        with place as folder:
            found = folder.whole(pickup=options.pickup, quiet=options.quiet, now=timezone.now().timestamp())
            for item in found:
                layout = mapping.layout_of(item.name, patterns)
                if layout is not None:
                    try:
                        _take(actor, connection, folder, item, layout, kept.get(layout))
                    except Astray as problem:
                        logger.warning("connection %s: %s", connection.pk, problem)
    except Astray as problem:
        logger.warning("connection %s: %s", connection.pk, problem)
    with scope(actor):
        # Of files that mean nothing here it need not be known since when they rest.
        actions.note_sighted(actor, connection=connection, sighted={name: seen for name, seen in place.sighted.items() if mapping.layout_of(name, patterns)})


def _take(actor: Actor, connection: Connection, folder: Folder | Remote, item: Found, layout: str, kept: FileMapping | None) -> None:
    # A catalogue says itself what it holds.
    is_catalogue, layout = layout == catalogue.NAME, "product" if layout == catalogue.NAME else layout
    modified = datetime.fromtimestamp(item.modified, UTC)
    if folder.is_far:
        # Where a file cannot be put away it lies there each time: it is not fetched again.
        with scope(actor, read_only=True):
            if queries.is_seen(actor, connection, layout, item.name, modified):
                return
    if item.size > MOST_BYTES:
        handle, sha256, code = -1, f"{item.size}", "large"
    else:
        (handle, sha256), code = folder.open(item), ""
    with os.fdopen(handle, "rb") if handle >= 0 else io.BytesIO() as content, scope(actor):
        known = queries.is_known(actor, connection, layout, item.name, sha256, modified)
        if not known:
            made = actions.register_file(actor, connection=connection, layout=layout, name=item.name, sha256=sha256, modified=modified, content=None if code else cast("IO[bytes]", content), is_whole=mapping.is_whole(item.name, kept.whole if kept else True),
                                         is_mapped=kept is not None and not is_catalogue, code=code)
            made.connection = connection
    if not known and not code and is_catalogue:
        _part(actor, made)
    elif not known and not code and kept is None:
        # So that a person sees what is in it when he says how it is read.
        _sample(actor, made)
    folder.put_away(item.name, timezone.now().strftime("%Y%m%dT%H%M%S"))


def _part(actor: Actor, found: FileDelivery) -> None:
    """Let a catalogue be a file for each kind of records that it holds; none of them is read before all are there."""
    path = loading.path_of(actor, found)
    try:
        kinds = reading.kinds(path)
        if not kinds:
            raise reading.Unreadable("not_catalogue")
    except reading.Unreadable as problem:
        with scope(actor):
            actions.refuse_file(actor, delivery=found, code=str(problem))
        return
    with scope(actor):
        actions.note_kind(actor, delivery=found, is_whole=found.is_whole and kinds.pop("product"))
        for layout, is_whole in kinds.items():
            with path.open("rb") as content:
                actions.register_file(actor, connection=found.connection, layout=layout, name=found.name, sha256=found.sha256, modified=cast("datetime", found.modified_at), content=content, is_whole=found.is_whole and is_whole, is_mapped=True)


def _sample(actor: Actor, found: FileDelivery) -> None:
    try:
        heads, sample = reading.sample(loading.path_of(actor, found), found.layout)
    except reading.Unreadable as problem:
        with scope(actor):
            actions.refuse_file(actor, delivery=found, code=str(problem))
        return
    with scope(actor):
        actions.note_heads(actor, delivery=found, heads=heads, sample=sample)
