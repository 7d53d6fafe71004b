"""Statements before any scope is known: functions of the gate only, which answer one question for one secret."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from django.db import connection


def ask(function: str, *arguments: Any) -> Any:
    """Call one function of the gate (schema ctx) as the role without rights and return its value. Every such function may run twice.

    This is the first statement of every request, so here a connection proves dead whose server was started again: then all idle ones are
    tried, and the question is asked once more on a good one.
    """
    connection.ensure_connection()
    if connection.in_atomic_block:  # tests keep one transaction open
        return _asked_inside(connection.connection, function, arguments)
    try:
        return _asked(function, arguments)
    except psycopg.OperationalError:
        if not connection.connection.broken:
            raise
        connection.close()
        if connection.pool:  # type: ignore[attr-defined]
            connection.pool.check()  # type: ignore[attr-defined]
        connection.ensure_connection()
        return _asked(function, arguments)


def _asked(function: str, arguments: tuple[Any, ...]) -> Any:
    places = ", ".join(["%s"] * len(arguments))
    return _answer(connection.connection.execute(f"SELECT ctx.{function}({places})", arguments).fetchone())


def _answer(row: Any) -> Any:
    # Django keeps JSON as text on its connections.
    return json.loads(row[0]) if row and isinstance(row[0], str) else row[0] if row else None


def _asked_inside(raw: Any, function: str, arguments: tuple[Any, ...]) -> Any:
    role = raw.execute("SELECT current_user").fetchone()[0]
    raw.execute("RESET ROLE")
    try:
        return _answer(raw.execute(f"SELECT ctx.{function}({', '.join(['%s'] * len(arguments))})", arguments).fetchone())
    finally:
        raw.execute(f"SET LOCAL ROLE {role}")
