"""What files do by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every
from portiek.foundation.files import actions, queries, storage

KEPT = timedelta(days=1)


@every("5 4 * * *", name="files.drop_orphans", queue="slow", scoped=False)
def drop_orphans(actor: Actor) -> None:
    """Each night: files that nothing refers to are removed a day after they came in, their bytes after their rows."""
    before = timezone.now() - KEPT
    with scope(actor):
        actions.drop_orphans(actor, before=before)
    contents = storage.old(actor.portal_id, before.timestamp())
    for start in range(0, len(contents), 1000):
        some = contents[start : start + 1000]
        with scope(actor, read_only=True):
            unused = set(some) - queries.kept(actor, some)
        for sha256 in unused:
            storage.remove(actor.portal_id, sha256, before.timestamp())
