"""Who may do what the portal does, how facts name their subject, how versions are kept. Between models and actions."""

from __future__ import annotations

import hashlib
from typing import TypedDict

from portiek.core.actor import Actor
from portiek.core.errors import Forbidden
from portiek.core.refs import ref
from portiek.edges.connectors.models import Command, Connection


class Subject(TypedDict):
    """What a fact is about, as `record` takes it."""

    subject: str
    text: str


def only_the_portal(actor: Actor) -> None:
    """Refuse everyone but the portal itself. Raises Forbidden."""
    if actor.kind != "system":
        raise Forbidden("the portal itself does this")


def of_connection(connection: Connection) -> Subject:
    """Return subject and text of a fact about a connection."""
    return {"subject": ref("connectors.connection", connection.pk), "text": connection.label}


def of_command(command: Command) -> Subject:
    """Return subject and text of a fact about a command."""
    return {"subject": ref("connectors.command", command.pk), "text": command.key}


def as_version(version: str) -> str:
    """Return a version as it is kept: itself, or its hash when it is long."""
    return version if len(version) <= 64 else hashlib.sha256(version.encode()).hexdigest()
