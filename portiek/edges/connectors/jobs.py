"""The clock of the connections, and the jobs that buttons and reactions ask for. None holds a scope while the ERP is called."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every, job
from portiek.edges.connectors import engine, queries


@every("* * * * * */15", queue="default", scoped=False)
def push_all(actor: Actor) -> None:
    """Send what is due to every ERP of the portal: the net under the jobs that orders defer."""
    for number in _connections(actor):
        engine.push(actor, number)


@every("* * * * * */15", queue="slow", scoped=False)
def pull_all(actor: Actor) -> None:
    """Read the feeds that are due."""
    for number in _connections(actor):
        engine.pull(actor, number)


@every("*/10 * * * *", queue="slow", scoped=False)
def check_all(actor: Actor) -> None:
    """Try every connection."""
    for number in _connections(actor):
        engine.check(actor, number)


@every("17 2 * * *", queue="slow", scoped=False)
def sweep_all(actor: Actor) -> None:
    """Compare keys, at night."""
    for number in _connections(actor):
        engine.sweep(actor, number)


@job(queue="urgent", scoped=False, retries=1)
def push_now(actor: Actor, *, connection: int) -> None:
    """Send what is due to one ERP."""
    engine.push(actor, connection)


@job(queue="default", scoped=False, retries=1)
def pull_now(actor: Actor, *, connection: int) -> None:
    """Read the feeds of one ERP that are due."""
    engine.pull(actor, connection)


@job(queue="default", scoped=False, retries=1)
def check_now(actor: Actor, *, connection: int) -> None:
    """Try one connection."""
    engine.check(actor, connection)


@job(queue="default", scoped=False, retries=1)
def reread_now(actor: Actor, *, connection: int, entity: str, external_id: str) -> None:
    """Read one record again."""
    engine.reread(actor, connection, entity, external_id)


def _connections(actor: Actor) -> list[int]:
    with scope(actor, read_only=True):
        return queries.enabled_ids(actor)
