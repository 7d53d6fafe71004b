"""The engine: what the clock, the monitor's buttons, tests and journeys call. Everything here runs outside a scope and opens its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import actions, contract, documents, pictures, pulling, pushing, queries, vendors
from portiek.edges.connectors.models import Connection
from portiek.edges.connectors.sessions import Session, open_session

SECONDS = 40.0
# How many records that were put aside are read again in one round.
HEALED_AT_ONCE = 200


@dataclass
class Ran:
    """What one round of the engine did: commands tried, records seen and changed per feed, errors per feed."""

    tried: int = 0
    documents: int = 0
    feeds: dict[str, tuple[int, int]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def run_once(connection: Connection, *, hurry: bool = True) -> Ran:
    """Send everything that waits, then read every feed to its end, here and now; for tests, journeys and the command line.

    `hurry`: waits and a breaker are passed over, as if they were over. A pause is not. Call it outside a scope.
    """
    actor, ran = Actor.system(connection.portal_id), Ran()
    if hurry:
        with scope(actor):
            actions.hurry_commands(actor, connection=connection)
    session = _session(actor, connection.pk)
    if session is None:
        return ran
    if not session.connection.paused_at:
        ran.tried = pushing.push_due(session, until=time.monotonic() + 600)
        with scope(actor):
            feeds = queries.feeds(actor, session.connection)
        for feed in feeds:
            if feed.paused_at:
                continue
            run = pulling.pull_feed(session, feed, until=time.monotonic() + 600)
            ran.feeds[feed.entity] = (run.seen, run.changed)
            if run.error:
                ran.errors[feed.entity] = f"{run.error[0]}: {run.error[1]}"
        ran.documents = documents.fetch_missing(session)
        pictures.fetch_pictures(session)
    return ran


def push(actor: Actor, connection_id: int) -> int:
    """Send what is due to one ERP, unless it is paused or down; return how many commands were tried."""
    with scope(actor):
        if not queries.may_push(actor, connection_id):
            return 0
    session = _session(actor, connection_id)
    return pushing.push_due(session, until=time.monotonic() + SECONDS) if session else 0


def pull(actor: Actor, connection_id: int) -> None:
    """Read the feeds of one ERP that are due, in the order in which they need each other."""
    with scope(actor):
        due = queries.due_feeds(actor, connection_id)
    if not due:
        return
    session = _session(actor, connection_id)
    if session is None:
        return
    until = time.monotonic() + SECONDS
    for feed in due:
        run = pulling.pull_feed(session, feed, until=until)
        if run.error and run.error[0] in ("unreachable", "denied"):
            return
        if feed.is_loading and (run.more or run.error or run.busy):
            # What comes later needs this one whole; perhaps another worker reads it now.
            return
        if time.monotonic() >= until:
            return
    documents.fetch_missing(session, until=until)
    pictures.fetch_pictures(session, until=until)


def sweep(actor: Actor, connection_id: int) -> None:
    """Compare the keys of every feed with what the portal has, once a night."""
    session = _session(actor, connection_id)
    if session is None or session.connection.paused_at or session.connection.down_since:
        return
    with scope(actor):
        feeds = queries.feeds(actor, session.connection)
    for feed in feeds:
        if feed.paused_at is None and not feed.is_loading:
            pulling.sweep(session, feed)


def check(actor: Actor, connection_id: int) -> contract.Health:
    """Really connect to an ERP and keep how it went; when it answers, read once more what was put aside lately: what it lacked may be there now."""
    with scope(actor):
        connection = queries.connection(actor, connection_id)
        portal = queries.portal_name(actor)
    try:
        opened = open_session(actor, connection, portal)
        health = opened.connector.check()
        if not isinstance(health, contract.Health):
            raise TypeError("not an answer to a check")
        with scope(actor):
            actions.add_feeds(actor, connection=connection, offered=opened.capabilities.feeds)
    except Exception as problem:
        health = contract.Health(False, "", None, notes=(pulling.as_error(problem)[1],))
    with scope(actor):
        actions.store_check(actor, connection=connection, health=health)
        held = queries.to_heal(actor, connection, HEALED_AT_ONCE) if health.ok else []
        if health.ok:
            actions.note_answer(actor, connection=connection)
    session, until = _session(actor, connection_id) if held else None, time.monotonic() + SECONDS
    for entity, external_ids in held:
        if session is None or not pulling.reread(session, connection, entity, external_ids, until=until):
            break
    return health


def heal(actor: Actor, connection_id: int) -> None:
    """Read what was put aside once more, however long ago: what it lacked may have come."""
    with scope(actor):
        held = queries.to_heal(actor, queries.connection(actor, connection_id), HEALED_AT_ONCE, lately=False)
    session, until = _session(actor, connection_id) if held else None, time.monotonic() + SECONDS
    for entity, external_ids in held:
        if session is None or not pulling.reread(session, session.connection, entity, external_ids, until=until):
            break


def reread(actor: Actor, connection_id: int, entity: str, external_id: str) -> None:
    """Read one record again, by a person's wish."""
    session = _session(actor, connection_id)
    if session is not None:
        pulling.reread(session, session.connection, entity, [external_id], wished=True)


def _session(actor: Actor, connection_id: int) -> Session | None:
    """Open a session; None for a connection that is off, or whose options do not fit (which its health then says)."""
    with scope(actor):
        connection = queries.connection(actor, connection_id)
        portal = queries.portal_name(actor)
    if not connection.enabled:
        return None
    try:
        return open_session(actor, connection, portal)
    except vendors.BadOptions as problem:
        with scope(actor):
            actions.store_check(actor, connection=connection, health=contract.Health(False, "", None, notes=(str(problem),)))
        return None
