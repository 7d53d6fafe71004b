"""What the planner knows of the tables, after much was loaded at once."""

from __future__ import annotations

from django.db import connections


def refresh() -> None:
    """Count the tables anew with the owner's connection; for seeds only.

    Checks of foreign keys keep the plan they made while the table was empty until its statistics change: without this, loading
    thousands of rows takes minutes instead of seconds.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
