"""Writes about a connection itself: set up, pause, try, and whether the ERP answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now, TruncDate, TruncMinute
from django.utils import timezone
from pydantic import BaseModel

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.edges.connectors import apply, contract, errors, facts, permissions, rules, vendors
from portiek.edges.connectors.about import of_connection, only_the_portal
from portiek.edges.connectors.models import Connection, Feed


@action(permissions.MANAGE)
def add_connection(actor: Actor, *, vendor: str, label: str, options: BaseModel, enabled: bool = True) -> Connection:
    """Connect an ERP; its feeds start with a first load. Raises Refused when the label or the place of its files is taken."""
    if Connection.objects.filter(label=label).exists():
        raise Refused(errors.LABEL_TAKEN, field="label", label=label)
    _own_place(actor, vendor, options)
    made = Connection.objects.create(portal_id=actor.portal_id, vendor=vendor, label=label, enabled=enabled)
    made.options = vendors.sealed(vendor, options, portal_id=actor.portal_id, connection_id=made.pk)
    made.check_asked_at = timezone.now()
    made.save(update_fields=["options", "check_asked_at"])
    add_feeds(actor, connection=made, offered=vendors.made(vendor, options, portal="none").capabilities().feeds)
    record(actor, facts.ConnectionAdded(connection_id=made.pk, vendor=vendor), **of_connection(made))
    return made


@action(permissions.MANAGE)
def add_feeds(actor: Actor, *, connection: Connection, offered: Collection[str]) -> None:
    """Give a connection the feeds that its vendor offers and it has not yet: all of them at first, later what came with a newer version."""
    there = set(Feed.objects.filter(connection=connection).values_list("entity", flat=True))
    Feed.objects.bulk_create([Feed(portal_id=actor.portal_id, connection=connection, entity=entity) for entity in rules.ORDER if entity in offered and entity in apply.TAKERS and entity not in there], ignore_conflicts=True)


@action(permissions.MANAGE)
def change_connection(actor: Actor, *, connection: Connection, label: str, options: BaseModel, enabled: bool) -> Connection:
    """Change label, options or whether it is used at all; the connection is tried again. Raises Refused when the label or the place of its files is taken."""
    locked = Connection.objects.select_for_update().get(pk=connection.pk)
    if Connection.objects.filter(label=label).exclude(pk=locked.pk).exists():
        raise Refused(errors.LABEL_TAKEN, field="label", label=label)
    _own_place(actor, locked.vendor, options, own=locked.pk)
    changed = _changed(locked, options)
    if label != locked.label:
        changed.append("label")
    if enabled != locked.enabled:
        changed.append("enabled")
    locked.label, locked.enabled = label, enabled
    locked.options = vendors.sealed(locked.vendor, options, portal_id=actor.portal_id, connection_id=locked.pk)
    locked.check_asked_at = timezone.now()
    # What was down with the old settings may be up with the new ones.
    locked.probe_at = None
    locked.save(update_fields=["label", "enabled", "options", "check_asked_at", "probe_at"])
    record(actor, facts.ConnectionChanged(connection_id=locked.pk, options=sorted(changed)), **of_connection(locked))
    return locked


def _own_place(actor: Actor, vendor: str, options: BaseModel, own: int | None = None) -> None:
    """Raise Refused when another connection of the portal has its files in the same place: each would take away what is the other's."""
    where = getattr(options, "where", None)
    for other in Connection.objects.filter(portal_id=actor.portal_id, vendor=vendor).exclude(pk=own or 0) if where is not None else ():
        theirs = vendors.readable(vendor, other.options, portal_id=other.portal_id, connection_id=other.pk)
        if where is not None and where == getattr(theirs, "where", None):
            raise Refused(errors.PLACE_TAKEN, field=f"o_{where[0]}", label=other.label)


def _changed(connection: Connection, options: BaseModel) -> list[str]:
    try:
        before: BaseModel | None = vendors.opened(connection.vendor, connection.options, portal_id=connection.portal_id, connection_id=connection.pk)
    except vendors.BadOptions:
        before = None
    return [name for name in type(options).model_fields if before is None or getattr(before, name) != getattr(options, name)]


@action(permissions.MANAGE)
def pause(actor: Actor, *, connection: Connection, entity: str = "", reason: str = "") -> None:
    """Stop a connection, or one feed of it; nothing is lost, what is ordered waits."""
    if entity:
        done = Feed.objects.filter(connection=connection, entity=entity, paused_at__isnull=True).update(paused_at=Now(), paused_by=actor.name)
    else:
        done = Connection.objects.filter(pk=connection.pk, paused_at__isnull=True).update(paused_at=Now(), paused_by=actor.name, pause_reason=reason)
    if done:
        record(actor, facts.ConnectionPaused(connection_id=connection.pk, entity=entity, reason=reason), **of_connection(connection))


@action(permissions.MANAGE)
def resume(actor: Actor, *, connection: Connection, entity: str = "") -> None:
    """Let a connection, or one feed of it, go on at once."""
    if entity:
        done = Feed.objects.filter(connection=connection, entity=entity, paused_at__isnull=False).update(paused_at=None, paused_by="", next_run=None)
    else:
        done = Connection.objects.filter(pk=connection.pk, paused_at__isnull=False).update(paused_at=None, paused_by="", pause_reason="", probe_at=None)
    if done:
        record(actor, facts.ConnectionResumed(connection_id=connection.pk, entity=entity), **of_connection(connection))


@action(permissions.MANAGE)
def ask_check(actor: Actor, *, connection: Connection) -> None:
    """Ask for a try of the connection; a job does it, since pages never call the outside."""
    Connection.objects.filter(pk=connection.pk).update(check_asked_at=Now())
    record(actor, facts.CheckAsked(connection_id=connection.pk), **of_connection(connection))


@action(permissions.MANAGE)
def ask_feed(actor: Actor, *, connection: Connection, entity: str) -> None:
    """Let a feed run now, also when it waits after an error."""
    if Feed.objects.filter(connection=connection, entity=entity).update(next_run=None):
        record(actor, facts.FeedAsked(connection_id=connection.pk, entity=entity), **of_connection(connection))


@action(None)
def store_check(actor: Actor, *, connection: Connection, health: contract.Health) -> None:
    """Keep how a try of the connection went."""
    only_the_portal(actor)
    said: dict[str, Any] = {
        "version": str(health.version)[:40],
        "skew": health.clock_skew,
        "missing": [str(item)[:300] for item in health.missing][:20],
        "notes": [str(item)[:300] for item in health.notes][:20],
    }
    asked = Connection.objects.filter(pk=connection.pk, check_asked_at__isnull=False).update(check_asked_at=None)
    before = Connection.objects.filter(pk=connection.pk).values_list("is_healthy", flat=True).get()
    Connection.objects.filter(pk=connection.pk).update(checked_at=Now(), is_healthy=health.ok, health=said)
    if asked or before != health.ok:
        record(actor, facts.ConnectionChecked(connection_id=connection.pk, ok=health.ok), **of_connection(connection))


@action(None)
def note_failure(actor: Actor, *, connection: Connection, text: str) -> bool:
    """Count a failure to reach the ERP; after a few in a row it counts as down. Return whether it is down now."""
    only_the_portal(actor)
    locked = Connection.objects.select_for_update().get(pk=connection.pk)
    locked.failures += 1
    locked.down_text = text[:500]
    if locked.failures >= rules.BREAKER:
        if locked.down_since is None:
            locked.down_since = timezone.now()
            record(actor, facts.ConnectionLost(connection_id=locked.pk, text=text[:200]), **of_connection(locked))
        locked.probe_at = timezone.now() + timedelta(seconds=rules.probe_wait(locked.failures))
    locked.save(update_fields=["failures", "down_text", "down_since", "probe_at"])
    return locked.down_since is not None


@action(None)
def note_answer(actor: Actor, *, connection: Connection) -> None:
    """The ERP answered: what was down is up, and what waited for that goes at once."""
    only_the_portal(actor)
    if not Connection.objects.filter(pk=connection.pk, failures__gt=0).exists():
        return
    locked = Connection.objects.select_for_update().get(pk=connection.pk)
    was_down = locked.down_since is not None
    locked.failures, locked.down_since, locked.down_text, locked.probe_at = 0, None, "", None
    locked.save(update_fields=["failures", "down_since", "down_text", "probe_at"])
    if was_down:
        Feed.objects.filter(connection=locked, error_code="unreachable").update(next_run=None)
        record(actor, facts.ConnectionRestored(connection_id=locked.pk), **of_connection(locked))


@action(None)
def count_calls(actor: Actor, *, connection: Connection, calls: int) -> None:
    """Count calls against the vendor's limits of this minute and this day."""
    only_the_portal(actor)
    minute, day = TruncMinute(Now()), TruncDate(Now())
    Connection.objects.filter(pk=connection.pk).update(
        minute_calls=Case(When(Q(minute_at=minute), then=F("minute_calls") + calls), default=Value(calls)),
        minute_at=minute,
        day_calls=Case(When(Q(day_at=day), then=F("day_calls") + calls), default=Value(calls)),
        day_at=day,
    )
