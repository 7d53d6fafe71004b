"""Price lists are made, and feeds are looked after, by the worker, some products at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.core.jobs import defer, every, job
from portiek.foundation.accounts.standing import standing
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.permissions import VIEW as CATALOG_VIEW
from portiek.trade.pricing import actions, permissions, queries
from portiek.trade.pricing.models import PriceFile
from portiek.trade.pricing.price_file import MEDIA, WRITERS, About

PORTION = 500


@job(name="pricing.file", queue="slow", scoped=False, retries=3, lock=lambda arguments: "pricing.file")
def make_price_file(actor: Actor, *, price_file_id: int) -> None:
    """Make a price list as its asker would read it now, and keep it for him."""
    with scope(actor, read_only=True):
        found = queries.price_file_to_make(actor, price_file_id)
        asker = standing(actor, party_id=found.party_id, user_id=found.user_id) if found else None
        portal = parties.portal(actor)
    if found is None:
        return
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="prices-") as place, translation.override(found.language):
        path = Path(place) / "prices"
        try:
            if asker is None or not (asker.may(permissions.VIEW) and asker.may(CATALOG_VIEW)):
                raise NotFound
            rows = _written(actor, asker, found, About(portal, found.party, found.day, with_tax=found.party.kind == Party.Kind.PERSON), path)
        except NotFound:
            with scope(actor):
                actions.give_up_price_file(actor, found=found)
            return
        with scope(actor):
            actions.keep_price_file(actor, found=found, path=path, name=f"{_('price list')}-{found.day.isoformat()}.{found.format}".replace(" ", "-"), media_type=MEDIA[found.format], rows=rows)


def _written(actor: Actor, asker: Actor, found: PriceFile, about: About, path: Path) -> int:
    """Write the file a portion at a time, each in a scope of its own, so that a long list holds no transaction open."""
    with scope(asker, read_only=True):
        ids = queries.printable_ids(asker, found.wanted)
    writer, rows = WRITERS[found.format](path, about), 0
    for start in range(0, len(ids), PORTION):
        with scope(asker, read_only=True):
            there = queries.printed(asker, ids[start : start + PORTION], day=found.day, with_tax=about.with_tax)
        writer.add(there)
        rows += len(there)
        with scope(actor):
            actions.note_file_progress(actor, found=found, rows=rows, total=len(ids))
    writer.close()
    return rows


@job(name="pricing.feed", queue="slow", scoped=False, retries=3, lock=lambda arguments: f"pricing.feed:{arguments['feed_id']}", once=lambda arguments: f"pricing.feed:{arguments['feed_id']}")
def look(actor: Actor, *, feed_id: int) -> None:
    """Compare all that a company sees and pays now with what it was told last. Readers see what changed when the look is complete."""
    began = timezone.now()
    with scope(actor, read_only=True):
        found = queries.feeds(actor).filter(pk=feed_id).first()
    if found is None:
        return
    reader, seen = queries.reader_of(actor, found), set[str]()
    with scope(reader, read_only=True):
        ids = queries.told_ids(reader)
    for start in range(0, len(ids), PORTION):
        with scope(reader, read_only=True):
            told = queries.told(reader, ids[start : start + PORTION], day=timezone.localdate())
        with scope(actor):
            if not actions.keep_told(actor, found=found, told=told):
                return
        seen |= set(told)
    with scope(actor):
        actions.finish_look(actor, found=found, seen=seen, began=began)


@every("*/15 * * * *", name="pricing.feeds", queue="slow")
def look_for_all(actor: Actor) -> None:
    """Each quarter of an hour: look for every company that follows its products, prices and stock; what no program opened again for a month ends."""
    actions.end_feeds(actor, now=timezone.now())
    for key in queries.feeds(actor).order_by("pk").values_list("pk", flat=True):
        defer(actor, look, feed_id=key)


@every("45 4 * * *", name="pricing.drop_files", queue="slow")
def drop_price_files(actor: Actor) -> None:
    """Each night: price lists that somebody had made are removed when their term is over, by default a week."""
    actions.drop_price_files(actor, now=timezone.now())
