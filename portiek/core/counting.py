"""The small counts around every page (cart, bell, menu): each module says how to count, and one statement asks for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Counting:
    """How something is counted: a SELECT of one number or amount, %s where the values go. It is no larger with more data: give it a LIMIT."""

    statement: str
    values: tuple[Any, ...] = ()


def counted(wanted: Sequence[Counting]) -> list[Any]:
    """Return the numbers, in the order asked: one statement, none when nothing is asked."""
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({item.statement})" for item in wanted), [value for item in wanted for value in item.values])
        return list(cursor.fetchone())
