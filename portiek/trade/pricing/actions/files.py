"""Price lists as files: asked for by a person, made by a job, fetched by that person alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

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
from portiek.trade.catalog.permissions import VIEW as CATALOG_VIEW
from portiek.trade.pricing import errors, facts, permissions, queries
from portiek.trade.pricing.models import PriceFile

AT_ONCE = 5
# Products in a PDF: some two hundred pages, up to half a minute and 400 MB of the worker. Excel and CSV hold them all.
MOST_PRINTED = 5000


@action(permissions.VIEW)
def ask_price_file(actor: Actor, *, wanted: Mapping[str, Any], day: date, format: str) -> PriceFile:
    """Ask for the own prices of a day as a file; a job makes it under this person's own rights. Raises Refused while five are being made for him, where there is nothing in it, or too much for a PDF."""
    if not actor.may(CATALOG_VIEW):
        raise Forbidden(CATALOG_VIEW)
    # It is made later, for somebody who then still has a place of his own in the company.
    if not actor.party_id or not actor.user_id or actor.api_key_id or actor.by_user_id or actor.mandate_id:
        raise Refused(errors.FILE_PERSON)
    if PriceFile.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, state=PriceFile.State.ASKED).count() >= AT_ONCE:
        raise Refused(errors.FILES_MANY)
    some = queries.printable(actor, wanted).order_by().values("pk")
    if not some.exists():
        raise Refused(errors.FILE_EMPTY)
    if format == PriceFile.Format.PDF and some[: MOST_PRINTED + 1].count() > MOST_PRINTED:
        raise Refused(errors.FILE_LONG, field="format", most=MOST_PRINTED)
    made = PriceFile.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, format=format, day=day, wanted=dict(wanted), language=actor.language, asked_at=timezone.now())
    record(actor, facts.PriceFileAsked(price_file_id=made.pk), party_id=actor.party_id, subject=ref("pricing.file", made.pk), text=format.upper())
    defer(actor, named("pricing.file"), price_file_id=made.pk)
    return made


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def note_file_progress(actor: Actor, *, found: PriceFile, rows: int, total: int) -> None:
    """Note how far a file is. Only the portal itself."""
    _only_system(actor)
    PriceFile.objects.filter(pk=found.pk).update(rows=rows, total=total)


@action(None)
def keep_price_file(actor: Actor, *, found: PriceFile, path: Path, name: str, media_type: str, rows: int) -> None:
    """Keep a file that is ready, for nobody but who asked for it. Only the portal itself."""
    _only_system(actor)
    with path.open("rb") as content:
        stored = files.store(actor, name=name, media_type=media_type, content=content, party_id=found.party_id, right=NOBODY)
    PriceFile.objects.filter(pk=found.pk).update(file=stored, state=PriceFile.State.READY, rows=rows, total=rows)
    record(actor, facts.PriceFileReady(price_file_id=found.pk, rows=rows), party_id=found.party_id, subject=ref("pricing.file", found.pk), text=name)


@action(None)
def give_up_price_file(actor: Actor, *, found: PriceFile) -> None:
    """Note that a file was not made: its asker may no longer see prices, or its category is gone. Only the portal itself."""
    _only_system(actor)
    PriceFile.objects.filter(pk=found.pk, state=PriceFile.State.ASKED).update(state=PriceFile.State.FAILED)


@action(permissions.VIEW)
def note_price_file_download(actor: Actor, *, found: PriceFile) -> None:
    """Record that somebody fetched his price list."""
    record(actor, facts.PriceFileDownloaded(price_file_id=found.pk), party_id=found.party_id, subject=ref("pricing.file", found.pk), text=found.format.upper())


@action(None)
def drop_price_files(actor: Actor, *, now: datetime) -> int:
    """Forget the price lists whose time is over; their bytes go with the files that nothing refers to. Only the portal itself."""
    _only_system(actor)
    count, _per = over(actor, "pricing.files", now=now).delete()
    return count
