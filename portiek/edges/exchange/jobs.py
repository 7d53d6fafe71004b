"""What electronic ordering does by the clock, and the catalogues that the worker makes, some products at a time."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every, job
from portiek.edges.exchange import actions, permissions, queries, reading, rules
from portiek.edges.exchange.models import Catalogue
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.catalogue import write_catalogue
from portiek.foundation.parties import queries as parties

PORTION = 500


@every("45 2 * * *", name="exchange.drop_old_messages", queue="slow")
def drop_old_messages(actor: Actor) -> None:
    """Each night: electronic orders are removed when their term is over, by default after 90 days, and catalogues, by default after 30; what was ordered stays an order."""
    actions.drop_old_messages(actor, now=timezone.now())
    actions.drop_old_catalogues(actor, now=timezone.now())


@job(name="exchange.catalogue", queue="slow", scoped=False, retries=3, lock=lambda arguments: "exchange.catalogue")
def make_catalogue(actor: Actor, *, catalogue_id: int) -> None:
    """Make a catalogue as its company, or the branch that it is for, sees products and prices now."""
    with scope(actor, read_only=True):
        found = queries.catalogue_to_make(actor, catalogue_id)
        before = queries.catalogue_before(actor, found) if found else None
        portal = parties.portal(actor)
        # The first one that this company gets, or that its branch gets, adds; another whole one replaces all that went before.
        first = found is not None and not queries.to_go_on_from(actor, party_id=found.party_id, unit_id=found.unit_id).exists()
        seller = queries.seller(actor, portal)
    if found is None:
        return
    if found.since and before is None:
        with scope(actor):
            actions.give_up_catalogue(actor, found=found)
        return
    action = "Update" if found.since else "Add" if first else "Replace"
    # As the company itself: of whom it is asked by does not change what it holds.
    reader = Actor(actor.portal_id, "party", found.party_id, 0, actor.name, found.language, unit_id=found.unit_id, rights=frozenset({permissions.PRICES, permissions.PRODUCTS}))
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="catalogue-") as place, translation.override(found.language):
        head = ubl.Catalogue(found.key, action, found.day, seller, reading.buyer(found.party), found.day, _("Assortment of {name}").format(name=found.party.name), found.since)
        known, contents, counts = rules.unpack(bytes(before.contents or b"")) if before else {}, dict[str, str](), Counter({"added": 0, "changed": 0, "removed": 0})
        path = Path(place) / "catalogue.xml"
        with path.open("wb") as out:
            out.writelines(write_catalogue(head, _lines(actor, reader, found, known, contents, counts), portal.currency))
        with scope(actor):
            actions.keep_catalogue(actor, found=found, action=action, path=path, counts=counts, contents=contents)


def _lines(actor: Actor, reader: Actor, found: Catalogue, known: dict[str, str], contents: dict[str, str], counts: Counter[str]) -> Iterator[ubl.CatalogueLine]:
    """Yield the lines of a catalogue a portion at a time, each in a scope of its own, and note what they are; `known`: the digests of the one that it goes on from."""
    with scope(reader, read_only=True):
        ids = queries.catalogue_ids(reader)
    for start in range(0, len(ids), PORTION):
        with scope(reader, read_only=True):
            lines = queries.catalogue_lines(reader, ids[start : start + PORTION], day=found.day)
        for line in lines:
            contents[line.id] = rules.digest(line)
            if known.get(line.id) != contents[line.id]:
                counts["changed" if line.id in known else "added"] += 1
                yield replace(line, action="Update" if line.id in known else "Add")
        with scope(actor):
            actions.note_catalogue_progress(actor, found=found, done=min(start + PORTION, len(ids)), total=len(ids))
    for key in sorted(known.keys() - contents.keys()):
        counts["removed"] += 1
        yield ubl.CatalogueLine(key, "Delete", ubl.Item(key, sellers=key), orderable=False)
