"""The clock of the connections, and the jobs that buttons and reactions ask for. None holds a scope while the ERP is called."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import defer, every, job
from portiek.edges.connectors import actions, engine, queries
from portiek.edges.connectors.files import actions as file_actions
from portiek.edges.connectors.files import collecting
from portiek.edges.connectors.files import queries as file_queries


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


@every("* * * * *", queue="slow")
def look_all(actor: Actor) -> None:
    """Have the folder of every connection by files looked into when it is time, and files that wait worked on."""
    for connection in file_queries.in_use(actor):
        defer(actor, look_into, connection=connection.pk)


@job(name="connectors.files.look", queue="slow", scoped=False, retries=1, lock=lambda arguments: f"files:{arguments['connection']}", once=lambda arguments: f"files:{arguments['connection']}")
def look_into(actor: Actor, *, connection: int) -> None:
    """Look into one folder and read what came, one at a time; then have what was put aside read again, since what it lacked may be there now."""
    if collecting.look(actor, connection):
        with scope(actor):
            defer(actor, pull_now, connection=connection)
            defer(actor, heal_now, connection=connection)
            actions.hurry_commands(actor, connection=queries.connection(actor, connection))
            defer(actor, push_now, connection=connection)


@job(queue="slow", scoped=False, retries=1)
def heal_now(actor: Actor, *, connection: int) -> None:
    """Read records again that were put aside."""
    engine.heal(actor, connection)


@every("25 4 * * *", queue="slow")
def drop_old_files(actor: Actor) -> None:
    """Each night: files whose time is over are removed."""
    file_actions.drop_old(actor, now=timezone.now())


def _connections(actor: Actor) -> list[int]:
    with scope(actor, read_only=True):
        return queries.enabled_ids(actor)
