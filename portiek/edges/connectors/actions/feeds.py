"""Writes of the reading side: who reads a feed, where it has got to, what could not be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.edges.connectors import contract, facts, permissions, records
from portiek.edges.connectors.about import as_version, of_connection, only_the_portal
from portiek.edges.connectors.models import Connection, Feed, Freshness, Known, Quarantine


@action(None)
def take_feed(actor: Actor, *, feed: Feed, token: str, seconds: float) -> Feed | None:
    """Become the one who reads a feed for so many seconds; None: somebody else does."""
    only_the_portal(actor)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now()) | Q(lease_token=token)
    if not Feed.objects.filter(free, pk=feed.pk).update(lease_token=token, lease_until=Now() + timedelta(seconds=seconds), last_run=Now()):
        return None
    return Feed.objects.get(pk=feed.pk)


@action(None)
def begin_full(actor: Actor, *, feed: Feed) -> None:
    """Read a feed from its start again at the next page; what is known and the same is skipped."""
    only_the_portal(actor)
    Feed.objects.filter(pk=feed.pk).update(cursor=None, is_loading=True)


@action(None)
def store_page(
    actor: Actor,
    *,
    feed: Feed,
    token: str,
    page: contract.Page,
    taken: Sequence[contract.Change],
    problems: Mapping[str, contract.Problem],
    began: bool,
    seconds: float,
) -> bool:
    """Keep the cursor with what the page brought; False when somebody else reads the feed by now, and then nothing may be kept.

    `taken`: the changes that are in the portal now. `began`: the first page of a run.
    """
    only_the_portal(actor)
    locked = Feed.objects.select_for_update().get(pk=feed.pk)
    if locked.lease_token != token:
        return False
    mark_known(actor, connection_id=feed.connection_id, entity=feed.entity, taken=taken)
    quarantine(actor, connection_id=feed.connection_id, entity=feed.entity, changes={change.external_id: change for change in page.changes}, problems=problems)
    if locked.cursor is None:
        locked.full_at = timezone.now()
    if began:
        locked.run_seen = locked.run_changed = 0
    locked.cursor = page.cursor
    locked.seen += len(page.changes)
    locked.changed += len(taken)
    locked.run_seen += len(page.changes)
    locked.run_changed += len(taken)
    locked.lease_until = timezone.now() + timedelta(seconds=seconds)
    locked.save(update_fields=["cursor", "full_at", "seen", "changed", "run_seen", "run_changed", "lease_until"])
    return True


@action(None)
def finish_feed(actor: Actor, *, feed: Feed, token: str, wait: float, more: bool, as_of: datetime | None = None, fresh: bool = True) -> None:
    """Let a feed go after it went well; its figures are those of the ERP as of now when nothing more waits.

    `as_of`: the moment of which they are, where that is not now; `fresh`: it is a later one than the last, so everyone who sees them is told.
    """
    only_the_portal(actor)
    locked = Feed.objects.select_for_update().select_related("connection").get(pk=feed.pk)
    if locked.lease_token != token:
        return
    if locked.errors:
        record(actor, facts.FeedRecovered(connection_id=locked.connection_id, entity=locked.entity), **of_connection(locked.connection))
    locked.errors, locked.error_code, locked.error_text = 0, "", ""
    locked.lease_token, locked.lease_until = "", None
    now = timezone.now()
    locked.next_run = now + timedelta(seconds=wait)
    if not more:
        if locked.is_loading and as_of != contract.NEVER:
            record(actor, facts.FeedLoaded(connection_id=locked.connection_id, entity=locked.entity), **of_connection(locked.connection))
        # A kind of which nothing ever came holds up no other.
        locked.last_ok, locked.is_loading = None if as_of == contract.NEVER else as_of or now, False
        if fresh:
            stamp(actor, feed=locked)
    locked.save(update_fields=["errors", "error_code", "error_text", "lease_token", "lease_until", "next_run", "last_ok", "is_loading"])


@action(None)
def release_feed(actor: Actor, *, feed: Feed, token: str) -> None:
    """Let a feed go of which nothing was read."""
    only_the_portal(actor)
    Feed.objects.filter(pk=feed.pk, lease_token=token).update(lease_token="", lease_until=None)


@action(None)
def stamp(actor: Actor, *, feed: Feed) -> None:
    """Say that the figures of a feed are the ERP's as of now, also when nothing changed: to everyone who sees them."""
    only_the_portal(actor)
    Freshness.objects.update_or_create(portal_id=actor.portal_id, entity=feed.entity, defaults={"as_of": timezone.now(), "source": feed.connection.label})


@action(None)
def fail_feed(actor: Actor, *, feed: Feed, token: str, code: str, text: str, wait: float) -> None:
    """Let a feed go after it went wrong; its cursor stays where it was."""
    only_the_portal(actor)
    locked = Feed.objects.select_for_update().select_related("connection").get(pk=feed.pk)
    if locked.lease_token != token:
        return
    # An ERP that is down is one thing to know, not one per feed.
    if not locked.errors and code != "unreachable":
        record(actor, facts.FeedFailed(connection_id=locked.connection_id, entity=locked.entity, code=code), **of_connection(locked.connection))
    locked.errors += 1
    locked.error_code, locked.error_text = code[:40], text.replace("\0", "")[:500]
    locked.lease_token, locked.lease_until = "", None
    locked.next_run = timezone.now() + timedelta(seconds=wait)
    locked.save(update_fields=["errors", "error_code", "error_text", "lease_token", "lease_until", "next_run"])


@action(None)
def mark_known(actor: Actor, *, connection_id: int, entity: str, taken: Iterable[contract.Change]) -> None:
    """Remember which version of each record the portal has; the portal's own writes too, so that their echo is skipped."""
    only_the_portal(actor)
    last = {change.external_id: change for change in taken}
    # A later portion of a record says nothing of what was wrong with an earlier one.
    later = [key for key, change in last.items() if getattr(change.data, "after", None) is not None]
    held = set(Quarantine.objects.filter(connection_id=connection_id, entity=entity, external_id__among=later).values_list("external_id", flat=True)) if later else set()
    gone = [key for key, change in last.items() if change.data is None]
    kept = [
        Known(portal_id=actor.portal_id, connection_id=connection_id, entity=entity, external_id=key, version=as_version(change.version))
        for key, change in last.items()
        if change.data is not None and key not in held
    ]
    if kept:
        Known.objects.bulk_create(kept, update_conflicts=True, unique_fields=["portal", "connection", "entity", "external_id"], update_fields=["version"])
    if gone:
        Known.objects.filter(connection_id=connection_id, entity=entity, external_id__among=gone).delete()
    if mended := [key for key in last if key not in held]:
        Quarantine.objects.filter(connection_id=connection_id, entity=entity, external_id__among=mended).delete()


@action(None)
def quarantine(actor: Actor, *, connection_id: int, entity: str, changes: Mapping[str, contract.Change], problems: Mapping[str, contract.Problem]) -> None:
    """Put records that cannot be taken aside, each once, with what the ERP sent."""
    only_the_portal(actor)
    if not problems:
        return
    here = {
        row.external_id: row
        for row in Quarantine.objects.select_for_update().filter(connection_id=connection_id, entity=entity, external_id__among=list(problems)).order_by("pk")
    }
    now = timezone.now()
    fresh: list[Quarantine] = []
    for key, problem in problems.items():
        row = here.get(key) or Quarantine(portal_id=actor.portal_id, connection_id=connection_id, entity=entity, external_id=key, since=now, tries=0)
        row.reason = problem.text.replace("\0", "")[:500]
        # Where nothing could be read, what the ERP sent before is still the last that is known.
        row.payload = problem.payload.replace("\0", "")[: records.SHOWN] or row.payload
        row.version = (as_version(changes[key].version) if key in changes else "") or row.version
        row.tries += 1
        if row.pk is None:
            fresh.append(row)
    Quarantine.objects.bulk_create(fresh)
    if here:
        Quarantine.objects.bulk_update(here.values(), ["reason", "payload", "version", "tries"])


@action(None)
def store_sweep(actor: Actor, *, feed: Feed, known: int, missing: int, stopped: bool) -> None:
    """Keep how a comparison of keys went."""
    only_the_portal(actor)
    Feed.objects.filter(pk=feed.pk).update(swept_at=Now(), sweep_known=known, sweep_missing=missing if stopped else 0)
    if stopped:
        connection = Connection.objects.get(pk=feed.connection_id)
        record(actor, facts.SweepStopped(connection_id=connection.pk, entity=feed.entity, known=known, missing=missing), **of_connection(connection))


@action(permissions.MANAGE)
def release_quarantine(actor: Actor, *, row: Quarantine) -> None:
    """Ask for a record to be read again; a job does it."""
    connection = Connection.objects.get(pk=row.connection_id)
    record(actor, facts.QuarantineRetried(connection_id=connection.pk, entity=row.entity, external_id=row.external_id), **of_connection(connection))


@action(permissions.MANAGE)
def dismiss_quarantine(actor: Actor, *, row: Quarantine) -> None:
    """Put a record aside until the ERP changes it: this version of it is not asked about again."""
    connection = Connection.objects.get(pk=row.connection_id)
    if row.version:
        Known.objects.update_or_create(
            portal_id=actor.portal_id, connection_id=row.connection_id, entity=row.entity, external_id=row.external_id, defaults={"version": row.version}
        )
    Quarantine.objects.filter(pk=row.pk).delete()
    record(actor, facts.QuarantineDismissed(connection_id=connection.pk, entity=row.entity, external_id=row.external_id), **of_connection(connection))


@action(None)
def remember_paperless(actor: Actor, *, connection_id: int, entity: str, external_id: str) -> None:
    """Remember that the ERP has no paper of a record, so that it is asked for once."""
    only_the_portal(actor)
    Known.objects.get_or_create(portal_id=actor.portal_id, connection_id=connection_id, entity=entity, external_id=external_id, defaults={"version": "none"})
