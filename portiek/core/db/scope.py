"""The scope: which portal, party and kind of person the database serves in this transaction.

The value that PostgreSQL reads is signed, bound to the connection's process and valid for five minutes, so that SQL cannot forge it.
"""

from __future__ import annotations

import contextvars
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from psycopg import sql

from portiek.core.actor import Actor

VALID_SECONDS = 300
ROLES = {"party": "p_party", "staff": "p_staff", "system": "p_staff", "auth": "p_auth"}


class NoScope(RuntimeError):
    """The database was used outside a scope."""


@dataclass(frozen=True)
class _Open:
    portal: int
    party: int
    role: str
    user: int
    read_only: bool
    actor: Actor


_current: contextvars.ContextVar[_Open | None] = contextvars.ContextVar("scope", default=None)


def current_actor() -> Actor:
    """Return the actor of the open scope. Raises NoScope outside one."""
    opened = _current.get()
    if opened is None:
        raise NoScope("open scope(actor) first")
    return opened.actor


def transaction_start() -> bytes:
    """Return the BEGIN of the open scope."""
    opened = _current.get()
    return b"BEGIN READ ONLY" if opened and opened.read_only else b"BEGIN"


def set_local(connection: Any) -> bytes:
    """Return the statements that put the open scope on this connection's transaction."""
    opened = _current.get()
    if opened is None:
        raise NoScope("open scope(actor) first")
    return token(connection, opened.portal, opened.party, opened.role, opened.user)


def token(connection: Any, portal: int, party: int, role: str, user: int, valid: int = VALID_SECONDS) -> bytes:
    """Return SET LOCAL statements with a signed context for one connection."""
    head, expires, key = f"{portal}.{party}.{role[2:]}.{user}", int(time.time()) + valid, bytes.fromhex(settings.SCOPE_KEY)
    message = f"{head}.{connection.info.backend_pid}.{expires}".encode()
    mac = hashlib.sha256(key + hashlib.sha256(key + message).digest()).hexdigest()
    return sql.SQL("SET LOCAL ROLE {}; SET LOCAL portiek.ctx = {}").format(sql.Identifier(role), sql.Literal(f"{head}.{expires}.{mac}")).as_bytes(connection)


def open_for(actor: Actor, read_only: bool) -> _Open:
    """Check the actor's numbers and return what the scope needs. Raises NoScope on anything but whole numbers and a known kind."""
    numbers = (actor.portal_id, actor.party_id or 0, actor.user_id)
    if not all(isinstance(number, int) and number >= 0 for number in numbers) or actor.kind not in ROLES or actor.portal_id == 0:
        raise NoScope(f"no scope can be made of {actor!r}")
    if (actor.kind == "party") != (actor.party_id is not None):
        raise NoScope("an actor of a party names it, others do not")
    return _Open(actor.portal_id, actor.party_id or 0, ROLES[actor.kind], actor.user_id, read_only, actor)


@contextmanager
def scope(actor: Actor, *, read_only: bool = False) -> Iterator[None]:
    """Open one transaction in which the database shows and takes only what is this actor's.

    Scopes do not nest. The transaction commits at the end and rolls back on any exception.
    """
    if _current.get() is not None and not _Nesting.allowed:
        raise NoScope("a scope is open already")
    marker = _current.set(open_for(actor, read_only or actor.read_only))
    try:
        with _Nesting.transaction():
            yield
    finally:
        _current.reset(marker)
        _Nesting.after()


class _Nesting:
    """How a scope meets the database; tests replace these three, since their transaction is open already."""

    allowed = False

    @staticmethod
    def transaction() -> Any:
        return transaction.atomic(durable=True)

    @staticmethod
    def after() -> None:
        return None
